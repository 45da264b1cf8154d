import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import type { Alert } from '../../../shared/alerts.ts'
import { peerOf } from '../../../shared/events.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useAlerts, useApp } from '../stores/app-context.tsx'
import { describeEvent } from '../timeline/describe.ts'
import { Confirm } from '../ui/confirm.tsx'
import { formsOf } from '../../../shared/forms.ts'
import { formatClock, formatSpan } from '../ui/format.ts'
import { Chip, Dot, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'

/** What fired, newest first. */
export function FiredCard() {
  const { alerts: store } = useApp()
  const alerts = useAlerts((state) => state.alerts)
  const [asked, setAsked] = useState(false)
  const ended = alerts.filter(({ resolvedAt }) => resolvedAt !== null).length
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
      {alerts.length === 0 ? (
        <Text fz="sm" c="dimmed">
          {text.firedNone}
        </Text>
      ) : (
        alerts.map((alert) => <FiredAlert key={alert.id} alert={alert} />)
      )}
    </section>
  )
}

function FiredAlert({ alert }: { readonly alert: Alert }) {
  const { alerts: store, ui } = useApp()
  const text = strings.alerts
  const { peerId, resolvedAt, firedAt } = alert
  const lasts = resolvedAt === null
  return (
    <article className="ps-report ps-alert" aria-label={alert.ruleName} data-alert={alert.id} data-lasts={lasts}>
      <Group gap="sm" wrap="nowrap" align="center">
        <Dot colour={lasts ? 'var(--ps-bad)' : 'var(--ps-mute)'} />
        <strong className="ps-clip" title={alert.ruleName}>
          {alert.ruleName}
        </strong>
        <span className="ps-number" style={{ flex: 'none' }}>
          <Ago at={firedAt} />
        </span>
        <span className="ps-alert-chips">
          {lasts ? <Chip tone="bad">{text.lasts}</Chip> : null}
          {!lasts && resolvedAt > firedAt ? (
            <Chip tone="mute">{text.ended(formatSpan(resolvedAt - firedAt))}</Chip>
          ) : null}
          {alert.repeats > 0 ? <Chip tone="warn">{text.repeats(alert.repeats)}</Chip> : null}
          {alert.quiet ? <Chip tone="mute">{text.quietChip}</Chip> : null}
          {alert.test ? <Chip tone="info">{text.testChip}</Chip> : null}
          {alert.webhook === 'none' ? null : (
            <Chip tone={alert.webhook === 'failed' ? 'bad' : 'mute'}>{text.webhookState[alert.webhook]}</Chip>
          )}
        </span>
      </Group>
      {alert.webhookReason === undefined ? null : (
        <div className="ps-alert-words">{text.webhookReason(alert.webhookReason)}</div>
      )}
      <div className="ps-alert-words">
        {alert.what}.{alert.cause === '' ? null : ` ${alert.cause}`}
      </div>
      {alert.events.length === 0 ? null : <Before alert={alert} />}
      <Group gap="xs" mt={8}>
        {peerId === null ? null : (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => ui.setState({ selected: peerId, view: 'network' })}
          >
            {text.open}
          </Button>
        )}
        {alert.dismissed ? null : (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={text.dismiss(alert.ruleName)}
            onClick={() => void store.dismiss(alert.id).catch(tellFailure)}
          >
            {text.done}
          </Button>
        )}
      </Group>
    </article>
  )
}

function Before({ alert }: { readonly alert: Alert }) {
  const { names } = useApp()
  const { said } = formsOf(alert.network?.kind ?? 'peerscope')
  const say = { said, wordOf: names.wordOf }
  return (
    <details className="ps-alert-before">
      <summary>{strings.alerts.before}</summary>
      <ul>
        {alert.events.map((logged) => {
          const peerId = peerOf(logged.event)
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
