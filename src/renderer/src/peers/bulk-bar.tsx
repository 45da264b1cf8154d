import { ActionIcon, Button, Menu, Progress } from '@mantine/core'
import { IconChevronDown, IconX } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { EXPORTS } from '../../../shared/exports.ts'
import type { ExportFormat } from '../../../shared/exports.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { useExport } from '../controls/export.tsx'
import { answers } from '../controls/why-not.ts'
import { tell, tellFailure, tellNothingDone } from '../controls/verbs.ts'
import { useApp, useForms, usePeers, usePicture, useTable } from '../stores/app-context.tsx'
import { formatBytes, formatCount, formatRtt } from '../ui/format.ts'
import { Nickname } from '../ui/pieces.tsx'
import { sentence } from '../ui/errors.ts'
import { strings } from '../ui/strings.ts'
import { median } from './bulk.ts'
import { none } from './selection.ts'
import type { BulkJob } from './table-store.ts'

const FAILURES_SHOWN = 100

/** What can be done with the chosen peers, and what came of it. */
export function BulkBar({ shown }: { readonly shown: readonly PeerId[] }) {
  const chosen = useTable((state) => state.selection.ids)
  return (
    <>
      {chosen.size === 0 ? null : <Verbs chosen={chosen} shown={shown} />}
      <Job />
    </>
  )
}

function Verbs({ chosen, shown }: { readonly chosen: ReadonlySet<PeerId>; readonly shown: readonly PeerId[] }) {
  const { peers, table, compare } = useApp()
  const forms = useForms()
  const now = usePicture((state) => state.picture === null)
  const running = useTable((state) => state.job?.state === 'running')
  const exportFile = useExport()
  const text = strings.peers
  const visible = useMemo(() => shown.filter((peerId) => chosen.has(peerId)).length, [shown, chosen])
  const hidden = chosen.size - visible
  /** The chosen ones in the order in which they are shown; those that are not shown come last. */
  const inOrder = (): PeerId[] => [...new Set([...shown.filter((one) => chosen.has(one)), ...chosen])]
  const here = (): PeerId[] => inOrder().filter((peerId) => answers(peers.getState().peers.get(peerId)))
  // Where a peer comes or goes the numbers do, too.
  const count = usePeers((state) => [...chosen].reduce((sum, id) => sum + (answers(state.peers.get(id)) ? 1 : 0), 0))
  const why =
    count === 0
      ? strings.filter.whyNot.none
      : count < chosen.size
        ? strings.filter.whyNot.some(formatCount(count), formatCount(chosen.size))
        : undefined
  const copy = async (what: 'ids' | 'addresses'): Promise<void> => {
    const ids = inOrder()
    const lines =
      what === 'ids'
        ? ids.map(forms.id)
        : ids.flatMap((peerId) =>
            (peers.getState().peers.get(peerId)?.addresses ?? []).map((address) => forms.target(address, peerId)),
          )
    if (lines.length === 0) return tellNothingDone(text.noAddresses)
    try {
      await navigator.clipboard.writeText(lines.join('\n'))
      tell(text.copied(formatCount(lines.length), what))
    } catch (thrown) {
      tellFailure(thrown)
    }
  }
  const save = (format: ExportFormat): void => {
    void exportFile({ what: 'catalog', format, filter: '', peerIds: inOrder(), from: null, to: null })
  }
  return (
    <div className="ps-bulk" role="toolbar" aria-label={text.bulk}>
      <strong className="ps-bulk-count">
        {text.chosen(formatCount(chosen.size), hidden === 0 ? null : formatCount(hidden))}
      </strong>
      {(['ping', 'sync'] as const).map((verb) => (
        <Button
          key={verb}
          size="compact-xs"
          variant="default"
          title={why}
          data-disabled={count === 0}
          aria-disabled={count === 0}
          disabled={running || !now}
          onClick={() => void table.runJob(verb, here())}
        >
          {count === 0 || count === chosen.size ? text[verb] : `${text[verb]} ${formatCount(count)}`}
        </Button>
      ))}
      <Button
        size="compact-xs"
        variant="default"
        title={chosen.size > 2 ? strings.compare.chooseTwo : undefined}
        // It says why it cannot be pressed: so it stays reachable.
        data-disabled={chosen.size > 2}
        aria-disabled={chosen.size > 2}
        onClick={() => {
          const [a, b] = inOrder()
          if (chosen.size > 2) tellNothingDone(strings.compare.chooseTwo)
          else compare.openPeers(a ?? null, b ?? null)
        }}
      >
        {strings.compare.verb}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => void copy('ids')}>
        {text.copyIds}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => void copy('addresses')}>
        {text.copyAddresses}
      </Button>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            disabled={!now}
            rightSection={<IconChevronDown size={13} aria-hidden />}
          >
            {text.export}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {EXPORTS.catalog.map((format) => (
            <Menu.Item key={format} py={4} onClick={() => save(format)}>
              {strings.snapshots.formats[format]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <span style={{ flex: 1 }} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={text.letGo}
        title={text.letGo}
        onClick={() => table.select(none(table.getState().selection))}
      >
        <IconX size={14} />
      </ActionIcon>
    </div>
  )
}

function Job() {
  const job = useTable((state) => state.job)
  return job === null ? null : <JobLine job={job} />
}

function JobLine({ job }: { readonly job: BulkJob }) {
  const { table } = useApp()
  const [opened, setOpened] = useState(false)
  const text = strings.peers
  const [done, total] = [formatCount(job.done), formatCount(job.total)]
  if (job.state === 'running') {
    return (
      <div className="ps-bulk">
        <output>{text.progress[job.verb](done, total)}</output>
        <Progress value={(100 * job.done) / job.total} size="sm" style={{ flex: 1 }} aria-hidden />
        <Button size="compact-xs" variant="default" onClick={() => table.cancelJob()}>
          {text.stop}
        </Button>
      </div>
    )
  }
  const { failures } = job
  return (
    <div className="ps-bulk" style={{ flexWrap: 'wrap' }}>
      <output>
        {job.state === 'cancelled' ? `${text.cancelled} ` : ''}
        {outcome(job)}
      </output>
      {failures.length === 0 ? null : (
        <Button
          size="compact-xs"
          variant="subtle"
          color="var(--ps-bad)"
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          {text.failures(formatCount(failures.length))}
        </Button>
      )}
      <span style={{ flex: 1 }} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={text.closeResult}
        onClick={() => table.closeJob()}
      >
        <IconX size={14} />
      </ActionIcon>
      {opened ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that it can be scrolled by keyboard
        <ul className="ps-bulk-failures" tabIndex={0} aria-label={text.failures(formatCount(failures.length))}>
          {failures.slice(0, FAILURES_SHOWN).map(({ peerId, failure }) => (
            <li key={peerId}>
              <Nickname peerId={peerId} />
              <span className="ps-number">{sentence(failure.message)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function outcome(job: BulkJob): string {
  const good = formatCount(job.done - job.failures.length)
  const total = formatCount(job.total)
  if (job.verb === 'ping') {
    const middle = median(job.rtts)
    return strings.peers.outcome.ping(good, total, middle === null ? null : formatRtt(middle))
  }
  return strings.peers.outcome.sync(
    good,
    total,
    formatCount(job.received),
    formatCount(job.sent),
    formatBytes(job.bytes),
  )
}
