import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { Icon } from '../../ui/icons.tsx'
import { notice, tellFault } from '../../ui/notice.ts'
import { saveFile } from '../../ui/save-file.ts'

interface ReportQuery {
  framework: 'soc2' | 'iso27001' | 'hipaa' | 'pci_dss' | 'gdpr' | 'nis2'
  organizationId: string | undefined
  from: string
  to: string | undefined
}

/** The same report as a document to hand on. */
export const Downloads = ({ query }: { query: ReportQuery }) => (
  <>
    <Download query={query} format="pdf" primary />
    <Download query={query} format="html" />
  </>
)

function Download({ query, format, primary }: { query: ReportQuery; format: 'pdf' | 'html'; primary?: boolean }) {
  const making = useMutation({
    mutationFn: async () => {
      const { framework, organizationId, from, to } = query
      const { data, error, response } = await api.GET('/api/audit/compliance/report', {
        params: { query: { framework, from, format, ...(to && { to }), ...(organizationId && { organizationId }) } },
        parseAs: 'blob',
      })
      if (!(data instanceof Blob))
        throw error instanceof Error ? error : new Error('The report could not be made. Try again.')
      const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
      saveFile(data, name ?? `castellan-${framework}.${format}`)
    },
    onSuccess: () => notice(`The report was saved as ${format.toUpperCase()}.`),
    onError: tellFault,
  })
  return (
    <Button
      variant={primary ? 'filled' : 'default'}
      leftSection={<Icon name="download" size={16} />}
      loading={making.isPending}
      onClick={() => making.mutate()}
    >
      {format.toUpperCase()}
    </Button>
  )
}
