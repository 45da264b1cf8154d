import { Box, Button, FileButton, Group, Loader, Text } from '@mantine/core'
import { IconFileSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { formsOf } from '../../../shared/forms.ts'
import type { PictureSide } from '../compare/compare-store.ts'
import { useApp, useFiles, useIncoming, usePeers } from '../stores/app-context.tsx'
import { formatCount, formatExact } from '../ui/format.ts'
import { Chip, CopyLine, KindChip, Nickname } from '../ui/pieces.tsx'
import { Running } from '../ui/running.tsx'
import { strings } from '../ui/strings.ts'
import type { FileWork } from './files-store.ts'
import type { OpenedFile } from './files.ts'

const FAULTS_SHOWN = 8

/** Snapshots that others made: check, import, compare. */
export function FilesCard() {
  const { files, incoming, compare } = useApp()
  const waiting = useIncoming((state) => state.file)
  const live = usePeers((state) => 'neighbors' in state.status)
  const { opened, work, imported } = useFiles((state) => state)
  const [dragged, setDragged] = useState(false)
  const emptyField = useRef<() => void>(null)
  const text = strings.snapshots
  const busy = work !== null
  const choose = (file: File | null, look: boolean): void => {
    // So that the same file can be chosen again.
    emptyField.current?.()
    if (file !== null) incoming.setState({ file: { kind: 'dropped', file, look } })
  }
  // One that comes while another is worked on waits for that.
  useEffect(() => {
    if (waiting === null || busy || files.getState().work !== null) return
    incoming.setState({ file: null })
    void files.open(waiting)
  }, [waiting, busy, files, incoming])
  const side = ({ file, name }: OpenedFile): PictureSide => ({ kind: 'file', file, name, at: null })
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
        choose(event.dataTransfer.files.item(0), true)
      }}
    >
      <h2>{text.openTitle}</h2>
      <p>{text.openNote}</p>
      <FileButton onChange={(file) => choose(file, false)} resetRef={emptyField} accept=".peerscope">
        {(props) => (
          <Button {...props} variant="default" disabled={busy} leftSection={<IconFileSearch size={16} aria-hidden />}>
            {text.choose}
          </Button>
        )}
      </FileButton>
      {work?.file === null ? <Working work={work} onCancel={() => files.cancel()} /> : null}
      {opened.map((one, index) => {
        const before = opened[index + 1]
        return (
          <Report
            key={one.file}
            opened={one}
            work={work}
            imported={imported.get(one.file)}
            canImport={live && one.report.network !== null}
            onLook={() => void files.look(one)}
            onCancel={() => files.cancel()}
            onImport={() => void files.import(one)}
            onCompareNow={live ? () => compare.openPictures(side(one), { kind: 'moment', at: null }) : null}
            onCompareNext={before === undefined ? null : () => compare.openPictures(side(before), side(one))}
          />
        )
      })}
    </section>
  )
}

interface WorkingProps {
  readonly work: Pick<FileWork, 'what' | 'step'>
  readonly onCancel: () => void
}

/** What is being done with a file, how far it is, and a way to call it off. */
export function Working({ work: { what, step }, onCancel }: WorkingProps) {
  // How many there are is what the author of the file claims.
  const known = step !== null && step.total > 0 ? step : null
  return (
    <Group gap="sm" mt="sm" fz="sm" wrap="nowrap" align="flex-start">
      <Loader size={16} mt={3} aria-hidden />
      <Box flex={1}>
        <Running
          text={known === null ? what : `${what} ${strings.snapshots.steps[known.step](known.done, known.total)}`}
          share={known === null ? null : Math.min(1, known.done / known.total)}
          onCancel={onCancel}
        />
      </Box>
    </Group>
  )
}

interface ReportProps {
  readonly opened: OpenedFile
  /** What is being done, with whatever file. */
  readonly work: FileWork | null
  /** What importing it came to; undefined where that was not done. */
  readonly imported: string | undefined
  readonly canImport: boolean
  readonly onLook: () => void
  readonly onCancel: () => void
  readonly onImport: () => void
  readonly onCompareNow: (() => void) | null
  readonly onCompareNext: (() => void) | null
}

function Report({
  opened,
  work,
  imported,
  canImport,
  onLook,
  onCancel,
  onImport,
  onCompareNow,
  onCompareNext,
}: ReportProps) {
  const { file, name, report } = opened
  const busy = work !== null
  const text = strings.snapshots
  const forms = formsOf(report.network?.kind ?? 'peerscope')
  return (
    <article className="ps-report" aria-label={name} data-verified={report.ok}>
      <Group gap="sm">
        <strong>{name}</strong>
        <Chip tone={report.ok ? 'good' : 'bad'}>{report.ok ? text.verified : text.notVerified(report.faultCount)}</Chip>
        <Text fz="sm" c="dimmed">
          {text.holds(formatCount(report.peers), report.network?.name ?? report.network?.id.slice(0, 12) ?? '?')}
        </Text>
        {report.network === null ? null : <KindChip kind={report.network.kind} />}
      </Group>
      {report.by === null ? null : (
        <Group gap="xs" mt={6} fz="sm">
          {text.madeBy} <Nickname peerId={report.by} />
          <CopyLine text={forms.id(report.by)} what={strings.things.id} shown={forms.short(report.by)} />
          {report.createdAt === null ? null : <span className="ps-number">{formatExact(report.createdAt)}</span>}
          {report.filter === '' ? null : <span>{text.chosenBy(report.filter)}</span>}
          {report.moment === null ? null : <span>{strings.past.reportAsOf(formatExact(report.moment.asOf))}</span>}
        </Group>
      )}
      {report.faults.length === 0 ? null : (
        <ul className="ps-faults">
          {report.faults.slice(0, FAULTS_SHOWN).map(({ line, peerId, what }) => (
            <li key={`${line} ${peerId} ${what}`}>
              {text.fault(line, peerId === null ? null : forms.id(peerId), forms.said(what))}
            </li>
          ))}
          {report.faultCount > FAULTS_SHOWN ? <li>{text.moreFaults(report.faultCount - FAULTS_SHOWN)}</li> : null}
        </ul>
      )}
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" disabled={busy || report.network === null} onClick={onLook}>
          {strings.past.look}
        </Button>
        <Button size="xs" variant="default" disabled={busy || !canImport} onClick={onImport}>
          {text.import}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={busy || onCompareNow === null}
          onClick={onCompareNow ?? undefined}
        >
          {text.compareNow}
        </Button>
        {onCompareNext === null ? null : (
          <Button size="xs" variant="default" disabled={busy} onClick={onCompareNext}>
            {text.compareNext}
          </Button>
        )}
      </Group>
      {onCompareNow === null ? (
        <Text fz="sm" c="dimmed" mt={6}>
          {text.needsNetwork}
        </Text>
      ) : null}
      {work?.file === file ? <Working work={work} onCancel={onCancel} /> : null}
      <Text component="output" display="block" fz="sm" mt={imported === undefined ? 0 : 'sm'}>
        {imported}
      </Text>
    </article>
  )
}
