import { Button, FileButton, Group, Progress, Table, Text } from '@mantine/core'
import { IconFileSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { tellFailure } from '../controls/verbs.ts'
import { useApp, useIncoming, usePeers } from '../stores/app-context.tsx'
import type { IncomingFile } from '../stores/incoming-store.ts'
import { formatCount, formatExact } from '../ui/format.ts'
import { Chip, CopyLine, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import type { Compared, OpenedFile } from './files.ts'
import { openSnapshot, openTaken } from './files.ts'

const FAULTS_SHOWN = 8
const LISTED = 50
const FILES_KEPT = 4

/** Snapshots that others made: check, import, compare. */
export function FilesCard() {
  const { client, incoming, picture, ui } = useApp()
  const waiting = useIncoming((state) => state.file)
  const live = usePeers((state) => 'neighbors' in state.status)
  const files = useIncoming((state) => state.opened)
  const [share, setShare] = useState<number | null>(null)
  const [compared, setCompared] = useState<Compared | null>(null)
  /** What importing a file came to; null while that goes on. */
  const [imported, setImported] = useState<ReadonlyMap<string, string | null>>(new Map())
  const [dragged, setDragged] = useState(false)
  const stop = useRef(new AbortController())
  const text = strings.snapshots
  useEffect(() => {
    const controller = new AbortController()
    stop.current = controller
    return () => controller.abort()
  }, [])
  const choose = (file: File | null): void => {
    if (file !== null) void open({ kind: 'dropped', file })
  }
  const open = async (given: IncomingFile): Promise<void> => {
    if (share !== null) return
    setShare(0)
    try {
      const { signal } = stop.current
      const opened =
        given.kind === 'taken'
          ? await openTaken(client, given.file, given.name, signal)
          : await openSnapshot(client, given.file, setShare, signal)
      incoming.setState((state) => ({ opened: [opened, ...state.opened].slice(0, FILES_KEPT) }))
    } catch (thrown) {
      if (!stop.current.signal.aborted) tellFailure(thrown)
    }
    setShare(null)
  }
  useEffect(() => {
    if (waiting === null || share !== null) return
    incoming.setState({ file: null })
    void open(waiting)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a file that came, or the end of the one before, counts
  }, [waiting, share])
  const take = async ({ file }: OpenedFile): Promise<void> => {
    const note = (came: string | null): void => setImported((before) => new Map(before).set(file, came))
    note(null)
    try {
      const { outcomes } = await client.snapshots.import({ file })
      note(text.imported(Object.entries(outcomes)))
    } catch (thrown) {
      note('')
      tellFailure(thrown)
    }
  }
  const compare = async (before: OpenedFile, after: OpenedFile | null): Promise<void> => {
    try {
      const report = await client.snapshots.compare({ before: before.file, after: after?.file ?? null })
      setCompared({ before: before.name, after: after?.name ?? text.now, report })
    } catch (thrown) {
      tellFailure(thrown)
    }
  }
  const look = async ({ file, name }: OpenedFile): Promise<void> => {
    try {
      picture.showFile(strings.past.looking(name), await client.snapshots.look({ file }))
      ui.setState({ view: 'peers', selected: null, filter: '' })
    } catch (thrown) {
      tellFailure(thrown)
    }
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping a file is beside the button
    <section
      className={dragged ? 'ps-group ps-drop' : 'ps-group'}
      aria-label={text.openTitle}
      onDragOver={(event) => {
        event.preventDefault()
        setDragged(true)
      }}
      onDragLeave={() => setDragged(false)}
      onDrop={(event) => {
        event.preventDefault()
        setDragged(false)
        choose(event.dataTransfer.files.item(0))
      }}
    >
      <h2>{text.openTitle}</h2>
      <p>{text.openNote}</p>
      <FileButton onChange={choose} accept=".peerscope">
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={share !== null}
            leftSection={<IconFileSearch size={16} aria-hidden />}
          >
            {text.choose}
          </Button>
        )}
      </FileButton>
      {share === null ? null : <Progress value={100 * share} size="xs" mt="sm" aria-label={text.choose} />}
      {files.map((opened, index) => (
        <Report
          key={opened.file}
          opened={opened}
          imported={imported.get(opened.file)}
          canImport={live && opened.report.network !== null}
          onLook={() => void look(opened)}
          onImport={() => void take(opened)}
          onCompareNow={live ? () => void compare(opened, null) : null}
          onCompareNext={files[index + 1] === undefined ? null : () => void compare(files[index + 1] ?? opened, opened)}
        />
      ))}
      {compared === null ? null : <Difference compared={compared} />}
    </section>
  )
}

interface ReportProps {
  readonly opened: OpenedFile
  /** What importing it came to, null while that goes on, undefined where it was not begun. */
  readonly imported: string | null | undefined
  readonly canImport: boolean
  readonly onLook: () => void
  readonly onImport: () => void
  readonly onCompareNow: (() => void) | null
  readonly onCompareNext: (() => void) | null
}

function Report({ opened, imported, canImport, onLook, onImport, onCompareNow, onCompareNext }: ReportProps) {
  const { name, report } = opened
  const text = strings.snapshots
  return (
    <article className="ps-report" aria-label={name} data-verified={report.ok}>
      <Group gap="sm">
        <strong>{name}</strong>
        <Chip tone={report.ok ? 'good' : 'bad'}>{report.ok ? text.verified : text.notVerified(report.faultCount)}</Chip>
        <Text fz="sm" c="dimmed">
          {text.holds(formatCount(report.peers), report.network?.name ?? report.network?.id.slice(0, 12) ?? '?')}
        </Text>
      </Group>
      {report.by === null ? null : (
        <Group gap="xs" mt={6} fz="sm">
          {text.madeBy} <Nickname peerId={report.by} />
          <CopyLine text={report.by} what={strings.things.id} shown={`…${report.by.slice(-8)}`} />
          {report.createdAt === null ? null : <span className="ps-number">{formatExact(report.createdAt)}</span>}
          {report.filter === '' ? null : <span>{text.chosenBy(report.filter)}</span>}
        </Group>
      )}
      {report.faults.length === 0 ? null : (
        <ul className="ps-faults">
          {report.faults.slice(0, FAULTS_SHOWN).map(({ line, peerId, what }) => (
            <li key={`${line} ${peerId} ${what}`}>{text.fault(line, peerId, what)}</li>
          ))}
          {report.faultCount > FAULTS_SHOWN ? <li>{text.moreFaults(report.faultCount - FAULTS_SHOWN)}</li> : null}
        </ul>
      )}
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" disabled={report.network === null} onClick={onLook}>
          {strings.past.look}
        </Button>
        <Button size="xs" variant="default" disabled={!canImport} loading={imported === null} onClick={onImport}>
          {text.import}
        </Button>
        <Button size="xs" variant="default" disabled={onCompareNow === null} onClick={onCompareNow ?? undefined}>
          {text.compareNow}
        </Button>
        {onCompareNext === null ? null : (
          <Button size="xs" variant="default" onClick={onCompareNext}>
            {text.compareNext}
          </Button>
        )}
      </Group>
      <Text component="output" display="block" fz="sm" mt={imported ? 'sm' : 0}>
        {imported}
      </Text>
    </article>
  )
}

function Difference({ compared }: { readonly compared: Compared }) {
  const { before, after, report } = compared
  const text = strings.snapshots
  const rows = [
    ...report.came.map((peerId) => ({ peerId, sign: '+', what: text.came })),
    ...report.left.map((peerId) => ({ peerId, sign: '−', what: text.left })),
    ...report.changed.map(({ peerId, restarted, what }) => ({
      peerId,
      sign: '~',
      what: [...(restarted ? [text.restarted] : []), ...what].join('; '),
    })),
  ]
  return (
    <section className="ps-report" aria-label={text.difference(before, after)}>
      <strong>{text.difference(before, after)}</strong>
      <Text fz="sm" mt={4}>
        {text.counts(report.cameCount, report.leftCount, report.changedCount, report.same)}
      </Text>
      {rows.length === 0 ? null : (
        <Table mt="sm" fz="sm" aria-label={text.difference(before, after)}>
          <Table.Tbody>
            {rows.slice(0, LISTED).map(({ peerId, sign, what }) => (
              <Table.Tr key={`${sign} ${peerId}`}>
                <Table.Td w={20}>{sign}</Table.Td>
                <Table.Td w={180}>
                  <Nickname peerId={peerId} />
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {rows.length > LISTED ? <Text fz="sm">{text.moreRows(rows.length - LISTED)}</Text> : null}
    </section>
  )
}
