import { Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { findCustomers } from '../../api/find.ts'
import { reportQuery } from '../../api/queries.ts'
import { frameworks } from '../../search.ts'
import type { ComplianceSearch, FrameworkId } from '../../search.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Pick } from '../../ui/pick.tsx'
import { Awaited } from '../../ui/states.tsx'
import { ViewsMenu } from '../views/views-menu.tsx'
import { Downloads } from './downloads.tsx'
import { periods, reportPeriod } from './period.ts'
import { Report } from './report.tsx'

const route = getRouteApi('/compliance')

const names: Readonly<Record<FrameworkId, string>> = {
  soc2: 'SOC 2',
  iso27001: 'ISO 27001',
  hipaa: 'HIPAA',
  pci_dss: 'PCI DSS',
  gdpr: 'GDPR',
  nis2: 'NIS 2',
}

/** What the records say of each control of a framework. */
export function CompliancePage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [today] = useState(() => new Date().toISOString().slice(0, 10))
  const { framework = 'soc2', organizationId, status } = search
  const period = reportPeriod(search, today)
  const query = { framework, organizationId, from: period.start, to: period.end }
  const report = useQuery(reportQuery(query))
  const change = (next: Partial<ComplianceSearch>): void =>
    void navigate({ search: { ...search, ...next }, replace: true })
  const chosen = periods(today).find(({ from, to }) => from === period.from && to === period.to)
  return (
    <Page
      title="Compliance"
      lead="What the records say of each control: evidence for an assessment, not its result. Each report is on record."
      actions={
        <>
          <ViewsMenu page="compliance" />
          <Downloads query={query} />
        </>
      }
    >
      <Section>
        <div className="report-pickers">
          <SegmentedControl
            aria-label="Framework"
            className="frameworks"
            data={frameworks.map((value) => ({ value, label: names[value] }))}
            value={framework}
            onChange={(value) => change({ framework: value, status: undefined })}
          />
          <Select
            label="Period"
            data={[...periods(today).map(({ name }) => name), ...(chosen ? [] : ['As chosen'])]}
            value={chosen?.name ?? 'As chosen'}
            allowDeselect={false}
            onChange={(name) => {
              const picked = periods(today).find((one) => one.name === name)
              if (picked) change({ from: picked.from, to: picked.to })
            }}
          />
          <TextInput
            label="From"
            type="date"
            value={period.from}
            max={period.to}
            onChange={({ currentTarget }) =>
              currentTarget.value && change({ from: currentTarget.value, to: period.to })
            }
          />
          <TextInput
            label="Through"
            type="date"
            value={period.to}
            min={period.from}
            max={today}
            onChange={({ currentTarget }) =>
              currentTarget.value && change({ from: period.from, to: currentTarget.value })
            }
          />
          <Pick
            name="organization"
            label="Customer"
            kind="customers"
            placeholder="The whole platform"
            value={organizationId ?? null}
            onPick={(id) => change({ organizationId: id ?? undefined })}
            find={findCustomers}
            known={
              report.data?.organization
                ? { value: report.data.organization.id, label: report.data.organization.name }
                : undefined
            }
          />
          <Button variant="default" loading={report.isFetching} onClick={() => void report.refetch()}>
            Make it anew
          </Button>
        </div>
      </Section>
      <Awaited of={report} rows={8}>
        {(made) => <Report report={made} status={status} choose={(next) => change({ status: next })} />}
      </Awaited>
    </Page>
  )
}
