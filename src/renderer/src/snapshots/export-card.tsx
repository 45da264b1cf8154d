import { Button, Group, Input, SegmentedControl, Select } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import type { ExportFormat, ExportWhat } from '../../../shared/exports.ts'
import { EXPORT_WHATS, EXPORTS } from '../../../shared/exports.ts'
import { useExport } from '../controls/export.tsx'
import { FormFilter } from '../peers/filter-field.tsx'
import { filterProblem, ofPeers } from '../peers/filter.ts'
import { usePicture, useUi } from '../stores/app-context.tsx'
import { momentOf } from '../stores/picture-store.ts'
import { nameOf } from '../stores/stored-history.ts'
import { BELOW } from '../ui/below.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { hostNow } from '../ui/host-time.ts'

/** How far back an export goes, in milliseconds; null is everything. */
const SPANS = { all: null, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const
type Span = keyof typeof SPANS

/** Exports of what is stored, by format, filter and time. */
export function ExportCard() {
  const shared = useUi((state) => state.filter)
  const past = usePicture(({ picture }) => momentOf(picture)?.at ?? null)
  const history = usePicture(({ played }) => played?.stored?.network ?? null)
  const exportFile = useExport()
  const [what, setWhat] = useState<ExportWhat>('catalog')
  const [format, setFormat] = useState<ExportFormat | 'sqlite'>('snapshot')
  const [filter, setFilter] = useState(shared)
  const [span, setSpan] = useState<Span>('all')
  const [busy, setBusy] = useState(false)
  const text = strings.snapshots
  const formats: readonly (ExportFormat | 'sqlite')[] = EXPORTS[what]
  const offered = what === 'catalog' ? [...formats, 'sqlite' as const] : formats
  const chosen = offered.includes(format) ? format : (formats[0] ?? 'json')
  const problem =
    what === 'events'
      ? filterProblem(filter, EVENT_FIELDS)
      : ofPeers(filter, filterProblem(filter, NOTED_FIELDS), text.filterOfEvents)
  const whole = chosen === 'sqlite'
  const run = async (): Promise<void> => {
    setBusy(true)
    const back = SPANS[span]
    await exportFile({
      what,
      format: chosen,
      filter,
      from: back === null ? null : (past ?? hostNow()) - back,
      to: null,
    })
    setBusy(false)
  }
  return (
    <section className="ps-group" aria-label={text.exportTitle}>
      <h2>{text.exportTitle}</h2>
      <p>{text.exportNote}</p>
      {past === null ? null : (
        <p>
          {history === null
            ? strings.past.asOf(formatExact(past))
            : strings.history.asOf(nameOf(history, false, past), formatExact(past))}
        </p>
      )}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (problem === null) void run()
        }}
      >
        <Group align="flex-start" gap="md" mb="sm">
          <Input.Wrapper label={text.what} labelElement="div">
            <SegmentedControl
              style={{ display: 'flex' }}
              aria-label={text.what}
              value={what}
              onChange={setWhat}
              data={EXPORT_WHATS.map((value) => ({ value, label: text.whats[value] }))}
            />
          </Input.Wrapper>
          <Select
            label={text.format}
            description={text.formatMeanings[chosen]}
            inputWrapperOrder={BELOW}
            w={420}
            allowDeselect={false}
            value={chosen}
            onChange={(value) => value !== null && setFormat(value)}
            data={offered.map((value) => ({ value, label: text.formats[value] }))}
          />
        </Group>
        <Group align="flex-start" gap="md" mb="md">
          <FormFilter
            label={text.filter}
            description={text.filterHelp}
            w={420}
            disabled={whole}
            value={filter}
            scope={what === 'events' ? 'events' : 'peers only'}
            onChange={setFilter}
            problem={whole ? null : problem}
          />
          <Select
            label={text.span}
            description={text.spanHelp}
            w={200}
            allowDeselect={false}
            disabled={whole}
            value={span}
            onChange={(value) => value !== null && setSpan(value)}
            data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: text.spans[value] }))}
          />
        </Group>
        <Button
          type="submit"
          loading={busy}
          disabled={problem !== null && !whole}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {text.export}
        </Button>
      </form>
    </section>
  )
}
