import { useEffect, useState } from 'react'
import { watchesIn } from '../../../shared/alert-kinds.ts'
import type { RuleNow, RulePreview, RuleToSave } from '../../../shared/alerts.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { roughDuration } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** How long typing has to pause before it is asked, and how often it is asked again, milliseconds. */
const PAUSE_MS = 400
const AGAIN_MS = 15_000
const DAY_MS = 86_400_000

/**
 * What a rule would do: which peers it matches now, and how often it would have fired lately. Empty while no network is joined; in
 * another network than its own it does nothing.
 */
export function RuleFacts({ rule }: { readonly rule: RuleToSave }) {
  const network = usePeers(({ status }) => joinedKey(status))
  if (network === null) return null
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
  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const ask = async (): Promise<void> => {
      try {
        const given = JSON.parse(asked) as RuleToSave
        const answer = await client.alerts.preview({ rule: given }, { signal: stop.signal })
        if (!stop.signal.aborted) setFacts(factsInWords(given, answer, Date.now()))
      } catch {
        // The network was left, or the engine does not answer: a banner says so.
        if (!stop.signal.aborted) setFacts('')
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void ask(), AGAIN_MS)
    }
    timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [client, asked])
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
      return `${text.counted(now.here)}: ${now.waits && rule.kind === 'peer-count' ? text.waits(rule.count) : text.holds(now.holds)}`
    case 'network-lost':
      return text.holds(now.holds)
    case 'network-split':
      return now.islands === null ? text.noIslands : `${text.islands(now.islands)}: ${text.holds(now.holds)}`
  }
}
