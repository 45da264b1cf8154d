import { Button } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { NetworkWhy } from '../../../shared/why.ts'
import { useApp, useForms, useHealth, useLink, usePeers } from '../stores/app-context.tsx'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { Causes, tellMore } from './causes.tsx'
import { useAsking, useNewest } from './use-asking.ts'

/** How often it is asked for while something is wrong, milliseconds. */
const EVERY_MS = 10_000

/** Why we are alone, or why the network is lost or split, and what can be done. Nothing where all is well. */
export function NetworkWhyCard() {
  const { ui } = useApp()
  const { said } = useForms()
  const state = usePeers(({ status }) => status.state)
  const islands = useHealth(({ now }) => now?.islands?.count ?? 0)
  const linked = useLink((link) => link.state === 'live')
  const wrong = state === 'alone' || state === 'lost' || islands > 1
  const why = useNetworkWhy(wrong && linked, `${state} ${islands}`)
  const text = strings.health.why
  if (!wrong || why === null || why.matter === 'fine' || why.matter === 'not joined') return null
  // Another card says what to do while nobody came yet: this one has something to add where something is known to be wrong.
  if (why.matter === 'alone' && !tellMore(why.causes)) return null
  return (
    <div className="ps-health-why" data-matter={why.matter}>
      <Panel title={text.network}>
        <p className="ps-health-text">{said(why.sentence)}</p>
        <Causes causes={why.causes} />
        {why.matter === 'split' ? null : (
          <div className="ps-health-verbs">
            <Button size="compact-xs" variant="default" onClick={() => ui.setState({ dialog: 'dial' })}>
              {text.dial}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => ui.setState({ view: 'bootstrap' })}>
              {text.bootstrap}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}

function useNetworkWhy(on: boolean, stamp: string): NetworkWhy | null {
  const { client } = useApp()
  const [why, setWhy] = useState<NetworkWhy | null>(null)
  const begin = useNewest()
  const ask = useCallback(async (): Promise<void> => {
    const counts = begin()
    try {
      const answer = await client.why.network()
      if (counts()) setWhy(answer)
    } catch {
      // What was told last stays; the strip says where nothing answers.
    }
  }, [client, begin])
  useAsking(on, EVERY_MS, ask, stamp)
  return on ? why : null
}
