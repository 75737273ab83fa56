import type { ComplianceEvidence, ComplianceReport } from '../../types/compliance.ts'
import { controlStatuses } from '../../types/compliance.ts'
import { integrityWords, minute, periodWords, reading, statusColours, statusWords } from './report-words.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

/** Text that was put in is escaped; what `html` made itself is not. */
function html(strings: TemplateStringsArray, ...values: (string | number | Made | readonly Made[])[]): Made {
  const made = strings.reduce((text, part, i) => text + write(values[i - 1]) + part)
  return { made }
}

interface Made {
  readonly made: string
}

function write(value: string | number | Made | readonly Made[] | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  return 'made' in value ? value.made : value.map(write).join('')
}

const style = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1f2328 }
body { max-width: 60rem; margin: 3rem auto; padding: 0 1.5rem }
h1 { font-size: 1.9rem; margin: 0 } h2 { margin-top: 2.5rem; border-bottom: 1px solid #d0d7de } h3 { margin-bottom: .25rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d0d7de; vertical-align: top }
.status { display: inline-block; padding: 0 .5rem; border-radius: .25rem; color: #fff; white-space: nowrap }
.bar { display: flex; height: 1.25rem; border-radius: .25rem; overflow: hidden; margin: 1rem 0 } .quiet { color: #57606a }
pre { background: #f6f8fa; padding: 1rem; overflow-x: auto }
${controlStatuses.map((status) => `.${status} { background: ${statusColours[status]} }`).join('\n')}
@media print { body { margin: 0; max-width: none } tr, h3 { break-inside: avoid } }`

/** A page of its own, without anything from elsewhere. */
export function reportAsHtml(report: ComplianceReport): string {
  const { framework, organization, summary, controls, evidence, integrity } = report
  const of = organization?.name ?? 'All organizations of the platform'
  const page = html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${framework.name}: ${of}</title>
      <style>
        ${{ made: style }}
      </style>
      <h1>${framework.name}</h1>
      <p>
        ${of}<br />${periodWords(report)}<br /><span class="quiet"
          >Made ${minute(report.generatedAt)} by ${report.generatedBy}</span
        >
      </p>
      <h2>Summary</h2>
      <div
        class="bar"
        role="img"
        aria-label="${controlStatuses.map((status) => `${statusWords[status]}: ${summary[status]}`).join(', ')}"
      >
        ${controlStatuses.map((status) => html`<div class="${status}" style="flex-grow:${summary[status]}"></div>`)}
      </div>
      <table>
        <tr>
          ${controlStatuses.map((status) => html`<th><span class="status ${status}">${statusWords[status]}</span></th>`)}
        </tr>
        <tr>
          ${controlStatuses.map((status) => html`<td>${summary[status]}</td>`)}
        </tr>
      </table>
      ${reading.map((text) => html`<p class="quiet">${text}</p>`)}
      <h2>Controls</h2>
      <table>
        <tr>
          <th>Control</th>
          <th>What it asks</th>
          <th>Status</th>
          <th>
            Rests
            on${controls.map(
              ({ id, title, status, evidence: rests }) =>
                html`<tr>
                  <td>${id}</td>
                  <td>${title}</td>
                  <td><span class="status ${status}">${statusWords[status]}</span></td>
                  <td>
                    ${rests.map(
                      (one, i) => html`${i === 0 ? '' : ', '}<a href="#${one}">${titleOf(evidence, one)}</a>`,
                    )}
                  </td>
                </tr>`,
            )}
          </th>
        </tr>
      </table>
      <h2>Evidence</h2>
      ${evidence.map(section)}
      <h2>Integrity of the records</h2>
      ${integrityWords(report).map((text) => html`<p>${text}</p>`)}
      ${integrity.checkpoint === null ? '' : html`<pre>${integrity.checkpoint.note}</pre>`}
    </html> `
  return page.made
}

const titleOf = (evidence: readonly ComplianceEvidence[], id: string): string =>
  evidence.find((one) => one.id === id)?.title ?? id

function section({
  id,
  title,
  counts,
  status,
  population,
  exceptionsTotal,
  exceptions,
  figures,
}: ComplianceEvidence): Made {
  return html`<section id="${id}">
    <h3>${title} <span class="status ${status}">${statusWords[status]}</span></h3>
    <p>
      Looked at: ${population}. Exceptions:
      ${exceptionsTotal}.${Object.entries(figures).map(([name, n]) => html` ${name}: ${n}.`)}
      <span class="quiet">Counts as one: ${counts}.</span>
    </p>
    ${
      exceptions.length === 0
        ? ''
        : html`<table>
            <tr>
              <th>When</th>
              <th>What</th>
              <th>
                Events${exceptions.map(
                  ({ at, description, subject, href }) =>
                    html`<tr>
                      <td>${at === null ? '' : minute(at)}</td>
                      <td>${description}<br /><span class="quiet">${subject.type} ${subject.id}</span></td>
                      <td><a href="${href}">in the trail</a></td>
                    </tr>`,
                )}
              </th>
            </tr>
          </table>`
    }
    ${exceptionsTotal > exceptions.length ? html`<p>The first ${exceptions.length} of ${exceptionsTotal}.</p>` : ''}
  </section> `
}
