import { Button, CloseButton, Progress, Tooltip } from '@mantine/core'
import { IconRadar2 } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { CrawlProgress, TopologyRow } from '../../../shared/contract.ts'
import { islandsWords } from '../../../shared/island-words.ts'
import { notAskedWords } from '../../../shared/not-asked-words.ts'
import { countNotAsked } from '../../../shared/topology.ts'
import { commandFor, contextOf } from '../controls/command-line.ts'
import { useApp, useHealth, usePeers } from '../stores/app-context.tsx'
import { formatClockShort, formatCount, formatExact, roughDuration } from '../ui/format.ts'
import { onEscape } from '../ui/focus.ts'
import { CopyLine, FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { useCover } from './covers.tsx'

const texts = strings.crawl

/** Opens and closes the card. */
export function CrawlButton() {
  const { crawl } = useApp()
  const open = useStore(crawl, (state) => state.open)
  const running = useStore(crawl, (state) => state.state === 'running')
  return (
    <Tooltip label={texts.open} openDelay={400}>
      <Button
        size="xs"
        h={28}
        variant={open ? 'light' : 'default'}
        loading={running && !open}
        aria-expanded={open}
        leftSection={<IconRadar2 size={15} aria-hidden />}
        onClick={() => (open ? crawl.hide() : crawl.show())}
      >
        {texts.title}
      </Button>
    </Tooltip>
  )
}

/** The crawl: begun, watched, called off; and the links that are stored. */
export function CrawlCard() {
  const { crawl } = useApp()
  const { open, state, progress, result, verdict, islands, failure } = useStore(crawl)
  const islandsNow = useHealth(({ now }) => now?.islands?.count ?? null)
  const wordsNow = useHealth(({ now }) => (now?.islands ? islandsWords(now.islands.count, now.islands.sizes) : ''))
  const status = usePeers((peers) => peers.status)
  const cover = useCover('right')
  if (!open) return null
  const running = state === 'running'
  // Links go on to be told after it.
  const old = islandsNow !== null && islandsNow !== islands
  const command = commandFor('crawl', contextOf(status, null, null))
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <section
      ref={cover}
      className="ps-edge-card ps-crawl-card"
      aria-label={texts.title}
      data-testid="crawl-card"
      data-state={state}
      onKeyDown={onEscape(() => crawl.hide())}
    >
      <header>
        <IconRadar2 size={16} aria-hidden />
        <span>{texts.title}</span>
        <CloseButton size="sm" aria-label={texts.close} onClick={() => crawl.hide()} />
      </header>
      {progress === null ? <p>{texts.about}</p> : <Numbers progress={progress} running={running} />}
      {/* One sentence when it is over; numbers that change four times a second are not read out. */}
      <div aria-live="polite">
        {state === 'done' && verdict !== null && result !== null ? (
          <p className="ps-crawl-verdict" data-old={old || undefined}>
            {texts.verdict(formatClockShort(result.at), verdict)}
          </p>
        ) : null}
        {state === 'done' && verdict !== null && old ? (
          <p className="ps-crawl-verdict">{texts.otherwise(wordsNow)}</p>
        ) : null}
        {state === 'done' && result !== null ? <p>{texts.done(formatClockShort(result.at))}</p> : null}
        {running || progress === null
          ? null
          : notAskedWords(progress.notAsked, texts.listenLocally).map((words) => <p key={words}>{`${words}.`}</p>)}
        {state === 'cancelled' ? <p>{texts.cancelled}</p> : null}
        {failure === null ? null : <FailureText failure={failure} />}
      </div>
      <div className="ps-crawl-verbs">
        {running ? (
          <Button size="xs" variant="default" onClick={() => crawl.cancel()}>
            {texts.cancel}
          </Button>
        ) : (
          <Button size="xs" onClick={() => void crawl.start()}>
            {progress === null ? texts.start : texts.again}
          </Button>
        )}
        {command === null ? null : <CopyLine text={command} what={texts.command} />}
      </div>
      <Stored />
    </section>
  )
}

function Numbers({ progress, running }: { readonly progress: CrawlProgress; readonly running: boolean }) {
  const { asked, waiting, answered, refused, failed, links, strangers, perSecond, elapsedMs } = progress
  const notAsked = countNotAsked(progress.notAsked)
  const all = asked + waiting + notAsked
  const done = answered + refused + failed + notAsked
  const facts = [
    { label: texts.answered, value: answered, title: undefined },
    { label: texts.refused, value: refused, title: texts.refusedMeaning },
    { label: texts.failed, value: failed, title: texts.failedMeaning },
    ...(notAsked === 0 ? [] : [{ label: texts.notAsked, value: notAsked, title: texts.notAskedMeaning }]),
    { label: texts.links, value: links, title: undefined },
    ...(strangers === 0 ? [] : [{ label: texts.strangers, value: strangers, title: texts.strangersMeaning }]),
  ]
  return (
    <>
      <Progress
        size="sm"
        my={8}
        value={all === 0 ? 100 : (100 * done) / all}
        animated={running}
        aria-label={texts.running}
      />
      <p className="ps-number">
        {texts.asked(formatCount(asked), formatCount(all))} ·{' '}
        {texts.speed(perSecond.toFixed(1), roughDuration(elapsedMs))}
      </p>
      <dl className="ps-crawl-numbers">
        {facts.map(({ label, value, title }) => (
          <div key={label} title={title}>
            <dd>{formatCount(value)}</dd>
            <dt>{label}</dt>
          </div>
        ))}
      </dl>
    </>
  )
}

function Stored() {
  const { crawl } = useApp()
  const stored = useStore(crawl, (state) => state.stored)
  return (
    <div className="ps-section">
      <h3>{texts.stored}</h3>
      {stored.length === 0 ? <p className="ps-number">{texts.storedNone}</p> : null}
      <ul>
        {stored.map((row) => (
          <StoredRow key={row.id} row={row} />
        ))}
      </ul>
    </div>
  )
}

function StoredRow({ row }: { readonly row: TopologyRow }) {
  const { crawl, picture } = useApp()
  const change = useStore(crawl, ({ changes }) => changes.get(row.id))
  const when = formatExact(row.at)
  const words =
    change === undefined
      ? null
      : change.cameCount + change.wentCount === 0
        ? texts.unchanged
        : texts.change(formatCount(change.cameCount), formatCount(change.wentCount), formatCount(change.same))
  return (
    <li>
      <span>
        <Ago at={row.at} /> <span className="ps-number">· {texts.storedEdges(formatCount(row.edgeCount))}</span>
        {words === null ? null : <span className="ps-crawl-change">{words}</span>}
      </span>
      <span className="ps-crawl-row">
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={texts.compareWith(when)}
          onClick={() => void crawl.compare(row.id)}
        >
          {texts.compare}
        </Button>
        <Button size="compact-xs" variant="subtle" aria-label={texts.lookAt(when)} onClick={() => picture.goTo(row.at)}>
          {texts.look}
        </Button>
      </span>
    </li>
  )
}
