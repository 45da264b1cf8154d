import { useEffect, useState } from 'react'
import { watchesIn } from '../../../shared/alert-kinds.ts'
import type { RuleNow, RulePreview, RuleToSave } from '../../../shared/alerts.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { useAlerts, useApp, usePeers } from '../stores/app-context.tsx'
import { roughDuration } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { followFacts } from './follow-facts.ts'
import { useWatchable } from './use-watch.ts'
import { hostNow } from '../ui/host-time.ts'

const DAY_MS = 86_400_000

/**
 * What a rule would do: which peers it matches now, and how often it would have fired lately. Empty while no network is joined, or
 * something else than that is looked at; in another network than its own it does nothing.
 */
export function RuleFacts({ rule }: { readonly rule: RuleToSave }) {
  const network = usePeers(({ status }) => joinedKey(status))
  const watchable = useWatchable()
  if (network === null || !watchable) return null
  return watchesIn(rule, network) ? <Asked key={network} rule={rule} /> : <Facts>{strings.watch.now.elsewhere}</Facts>
}

function Facts({ children }: { readonly children: string }) {
  return (
    <span className="ps-rule-facts ps-number" data-facts>
      {children}
    </span>
  )
}

function Asked({ rule }: { readonly rule: RuleToSave }) {
  const { client } = useApp()
  const [facts, setFacts] = useState<string>('')
  const asked = JSON.stringify(rule)
  // It fires later than what it holds for changes, where that has to last.
  const newest = useAlerts(({ alerts }) => alerts.find(({ ruleId }) => ruleId === rule.id)?.id)
  useEffect(() => {
    const given = JSON.parse(asked) as RuleToSave
    return followFacts(client.alerts, given, (answer) =>
      setFacts(answer === null ? '' : factsInWords(given, answer, hostNow())),
    )
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new alert of the rule asks again
  }, [client, asked, newest])
  return facts === '' ? null : <Facts>{facts}</Facts>
}

/** A preview in words. */
export function factsInWords(rule: RuleToSave, { now: holding, fired, since }: RulePreview, now: number): string {
  const text = strings.watch
  return [
    nowInWords(rule, holding),
    ...(fired === null || since === null
      ? []
      : [`${text.fired(fired)} ${text.within(now - since < DAY_MS ? roughDuration(now - since) : text.day)}`]),
  ].join(' · ')
}

/** For what it is true now, in the words of its kind. */
function nowInWords(rule: RuleToSave, now: RuleNow): string {
  const text = strings.watch.now
  switch (now.kind) {
    case 'peer-departed':
      return text.departed[rule.kind === 'peer-departed' ? rule.how : 'any'](now.holds, now.of)
    case 'peer-appeared':
      return text.here(now.holds)
    case 'rtt-above':
      return text.slow(now.holds, now.of)
    case 'peer-count':
      return `${text.hereOfRule(now.here)}: ${now.waits && rule.kind === 'peer-count' ? text.waits(rule.count) : text.holds(now.holds)}`
    case 'network-lost':
      return text.holds(now.holds)
    case 'network-split':
      return now.islands === null ? text.noIslands : `${text.islands(now.islands)}: ${text.holds(now.holds)}`
  }
}
