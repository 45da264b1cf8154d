import { Button, Group, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import {
  aimOf,
  happeningEvents,
  happeningLines,
  happeningsBy,
  happeningsIn,
  isLasting,
  isPeerAim,
  isSum,
  lastedMs,
  purgedOf,
  repeatsOf,
  ruleNames,
  toldAt,
} from '../../../shared/alert-happenings.ts'
import type { Elsewhere, Happening, PeerAim } from '../../../shared/alert-happenings.ts'
import type { Alert } from '../../../shared/alerts.ts'
import { peerMeant } from '../../../shared/dialed-peer.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { openRecent, recentName } from '../controls/recent-networks.tsx'
import { tellFailure } from '../controls/verbs.ts'
import { useAlerts, useApp, usePeers, usePicture, useSettings } from '../stores/app-context.tsx'
import { nameOf } from '../stores/stored-history.ts'
import { describeEvent } from '../timeline/describe.ts'
import { Confirm } from '../ui/confirm.tsx'
import { formsOf } from '../../../shared/forms.ts'
import { formatClock, roughDuration } from '../ui/format.ts'
import { Chip, Dot, KindChip, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago, useAgo } from '../ui/time.tsx'
import { followIslands, followPeer } from './follow.ts'

/**
 * What happened, newest first: what several rules tell of one happening is one card. What happened in another network than the one
 * that is joined comes after it, under the name of that.
 */
export function FiredCard() {
  const { alerts: store } = useApp()
  const alerts = useAlerts((state) => state.alerts)
  const network = usePeers(({ status }) => joinedKey(status))
  const inFile = usePicture(({ picture }) => picture?.kind === 'file')
  const happenings = happeningsIn(alerts)
  const { here, elsewhere } = happeningsBy(alerts, network)
  const [asked, setAsked] = useState(false)
  const ended = happenings.filter((one) => !isLasting(one)).length
  const text = strings.alerts
  return (
    <section className="ps-group" aria-label={text.firedTitle}>
      <div className="ps-group-head">
        <h2>{text.firedTitle}</h2>
        {ended === 0 ? null : (
          <Button size="xs" variant="default" onClick={() => setAsked(true)}>
            {text.clear}
          </Button>
        )}
        {asked ? (
          <Confirm
            title={text.clearTitle}
            text={text.clearText(ended)}
            label={text.clear}
            danger
            act={() => store.clear()}
            close={() => setAsked(false)}
          />
        ) : null}
      </div>
      {inFile ? (
        <Text fz="sm" c="dimmed" mb="xs">
          {text.firedNotInFile}
        </Text>
      ) : null}
      {here.length === 0 ? (
        <Text fz="sm" c="dimmed">
          {happenings.length === 0 ? text.firedNone : network === null ? text.firedNotJoined : text.firedNoneHere}
        </Text>
      ) : (
        here.map((one) => <HappeningCard key={one.alerts.at(-1)?.id} happening={one} shows />)
      )}
      {elsewhere.length === 0 ? null : <ElsewhereGroups groups={elsewhere} />}
    </section>
  )
}

/** What happened in networks that are not joined, each with its history. */
function ElsewhereGroups({ groups }: { readonly groups: readonly Elsewhere[] }) {
  const app = useApp()
  const { settings } = app
  const recent = useSettings((state) => state.recent)
  useEffect(() => void settings.loadRecent().catch(tellFailure), [settings])
  const { history, alerts: text } = strings
  return (
    <section className="ps-alerts-elsewhere" aria-label={text.elsewhere}>
      <h3>{text.elsewhere}</h3>
      {groups.map(({ network, happenings }) => {
        const known = recent.find((one) => networkKeyOf(one) === networkKeyOf(network))
        const name = known === undefined ? nameOf(network, false, 0) : recentName(known)
        return (
          <section key={networkKeyOf(network)} aria-label={name}>
            <div className="ps-group-head">
              <h4>
                {name} <KindChip kind={network.kind} />
              </h4>
              {known === undefined ? null : (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={history.openOf(name)}
                  onClick={() => openRecent(app, known)}
                >
                  {history.open}
                </Button>
              )}
            </div>
            {happenings.map((one) => (
              <HappeningCard key={one.alerts.at(-1)?.id} happening={one} shows={known !== undefined} />
            ))}
          </section>
        )
      })}
    </section>
  )
}

/** @param shows whether its peers can be shown: a network that was forgotten has no history */
function HappeningCard({ happening, shows }: { readonly happening: Happening; readonly shows: boolean }) {
  const app = useApp()
  const { alerts: store } = app
  const text = strings.alerts
  const { alerts } = happening
  const [newest] = alerts
  if (newest === undefined) return null
  const lasted = lastedMs(happening)
  const repeats = repeatsOf(happening)
  const purged = purgedOf(happening)
  const lasts = isLasting(happening)
  const names = ruleNames(alerts)
  const lines = happeningLines(happening)
  const events = happeningEvents(happening)
  const only = aimOf(alerts)
  const reasons = new Set(alerts.flatMap(({ webhookReason }) => webhookReason ?? []))
  const unseen = alerts.filter(({ dismissed }) => !dismissed).map(({ id }) => id)
  return (
    <article className="ps-report ps-alert" aria-label={names} data-alert={newest.id} data-lasts={lasts}>
      <Group gap="sm" wrap="nowrap" align="center">
        <Dot colour={lasts ? 'var(--ps-bad)' : 'var(--ps-mute)'} />
        <strong>{names}</strong>
        <span className="ps-number" style={{ flex: 'none' }}>
          <When happening={happening} />
        </span>
        <span className="ps-alert-chips">
          {lasts ? <Chip tone="bad">{text.lasts}</Chip> : null}
          {lasted === null ? null : <Chip tone="mute">{text.ended(roughDuration(lasted), isSum(happening))}</Chip>}
          {purged > 0 ? <Chip tone="warn">{text.purged(purged)}</Chip> : null}
          {repeats > 0 ? <Chip tone="warn">{text.repeats(repeats)}</Chip> : null}
          {alerts.every(({ quiet }) => quiet) ? <Chip tone="mute">{text.quietChip}</Chip> : null}
          {newest.test ? <Chip tone="info">{text.testChip}</Chip> : null}
          <Posted alerts={alerts} />
        </span>
      </Group>
      {[...reasons].map((reason) => (
        <div key={reason} className="ps-alert-words">
          {text.webhookReason(reason)}
        </div>
      ))}
      {lines.map(({ words, peerId, departure }) => (
        <div key={`${peerId} ${words}`} className="ps-alert-words">
          {words}{' '}
          {shows && peerId !== null && !isPeerAim(only) ? (
            <ShowPeer aim={{ ...only, peerId, departure }} named />
          ) : null}
        </div>
      ))}
      {events.length === 0 ? null : <Events events={events} network={newest.network} />}
      <Group gap="xs" mt={8}>
        {/* Of one that was purged for a cause of our own the words name nobody. */}
        {shows && isPeerAim(only) ? <ShowPeer aim={only} named={purged > 0} /> : null}
        {shows && only.split !== null ? (
          <Button size="compact-xs" variant="default" onClick={() => followIslands(app, only)}>
            {text.openIslands}
          </Button>
        ) : null}
        {unseen.length === 0 ? null : (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={text.dismiss(names)}
            onClick={() => void store.dismiss(unseen).catch(tellFailure)}
          >
            {text.done}
          </Button>
        )}
      </Group>
    </article>
  )
}

/** When it was told last; and first, where that is another age. */
function When({ happening }: { readonly happening: Happening }) {
  const { first, last } = toldAt(happening)
  const isOne = useAgo(first) === useAgo(last)
  const text = strings.alerts
  return isOne ? (
    <Ago at={last} />
  ) : (
    <>
      {text.toldLast} <Ago at={last} />, {text.toldFirst} <Ago at={first} />
    </>
  )
}

/** What became of the posts, the worst of them. */
const POSTS = ['failed', 'sending', 'delivered'] as const

function Posted({ alerts }: { readonly alerts: readonly Alert[] }) {
  const worst = POSTS.find((state) => alerts.some(({ webhook }) => webhook === state))
  if (worst === undefined) return null
  return <Chip tone={worst === 'failed' ? 'bad' : 'mute'}>{strings.alerts.webhookState[worst]}</Chip>
}

/** @param named where several peers could be meant, or none is named */
function ShowPeer({ aim, named }: { readonly aim: PeerAim; readonly named: boolean }) {
  const app = useApp()
  const { open, openNamed } = strings.alerts
  return (
    <Button size="compact-xs" variant="default" onClick={() => followPeer(app, aim)}>
      {named ? openNamed(app.notes.nameOf(aim.peerId)) : open}
    </Button>
  )
}

function Events({ events, network }: { readonly events: readonly LoggedEvent[]; readonly network: Alert['network'] }) {
  const { names } = useApp()
  const { said } = formsOf(network?.kind ?? 'peerscope')
  const say = { said, wordOf: names.wordOf }
  return (
    <details className="ps-alert-events">
      <summary>{strings.alerts.events}</summary>
      <ul>
        {events.map((logged) => {
          const peerId = peerMeant(logged.event)
          return (
            <li key={logged.seq}>
              <span className="ps-mono ps-number">{formatClock(logged.at)}</span>{' '}
              {peerId === null ? null : <Nickname peerId={peerId} />} {describeEvent(logged, say)}
            </li>
          )
        })}
      </ul>
    </details>
  )
}
