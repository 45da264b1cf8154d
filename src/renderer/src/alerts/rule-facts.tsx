import { useEffect, useState } from 'react'
import type { RulePreview, RuleToSave } from '../../../shared/alerts.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { formatSpan } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** How long typing has to pause before it is asked, and how often it is asked again, milliseconds. */
const PAUSE_MS = 400
const AGAIN_MS = 15_000

/** What a rule would do: who matches now, and how often it would have fired lately. Empty while no network is joined. */
export function RuleFacts({ rule }: { readonly rule: RuleToSave }) {
  const { client } = useApp()
  const joined = usePeers(({ status }) => 'network' in status && status.state !== 'failed')
  const [facts, setFacts] = useState<string>('')
  const asked = JSON.stringify(rule)
  useEffect(() => {
    if (!joined) return undefined
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const ask = async (): Promise<void> => {
      try {
        const answer = await client.alerts.preview({ rule: JSON.parse(asked) as RuleToSave }, { signal: stop.signal })
        if (!stop.signal.aborted) setFacts(factsInWords(answer, Date.now()))
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
  }, [client, asked, joined])
  return !joined || facts === '' ? null : (
    <span className="ps-rule-facts ps-number" data-facts>
      {facts}
    </span>
  )
}

/** A preview in words. */
export function factsInWords({ matches, fired, since }: RulePreview, now: number): string {
  const text = strings.watch
  return [
    ...(matches === null ? [] : [text.matches(matches)]),
    ...(fired === null || since === null ? [] : [`${text.fired(fired)} ${text.within(formatSpan(now - since))}`]),
  ].join(' · ')
}
