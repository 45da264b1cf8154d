import { Button, Menu } from '@mantine/core'
import { IconChevronUp } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { NETWORK_KINDS } from '../../../shared/network-kind.ts'
import { peerIdText } from '../../../shared/peer-form.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { commandFor, contextOf } from '../controls/command-line.ts'
import { runVerb } from '../controls/dialogs.tsx'
import { copyText } from '../controls/verbs.ts'
import { whyNot } from '../controls/why-not.ts'
import { useApp, useForms } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'

const VERBS = ['ping', 'sync', 'dial'] as const
type Verb = (typeof VERBS)[number]

/** What can be done with the peer, and what came of it, in place. */
export function Actions({ peerId, row }: { readonly peerId: PeerId; readonly row: PeerRow | undefined }) {
  const self = row?.self ?? false
  const app = useApp()
  const forms = useForms()
  const [busy, setBusy] = useState<Verb | null>(null)
  const [said, setSaid] = useState('')
  const [failed, setFailed] = useState<Failure | null>(null)
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  const run = async (verb: Verb): Promise<void> => {
    setBusy(verb)
    setSaid('')
    setFailed(null)
    try {
      const words = await runVerb(app, verb, peerId)
      if (shown.current) setSaid(words)
    } catch (thrown) {
      if (shown.current) setFailed(describeFailure(thrown, forms.said))
    }
    if (shown.current) setBusy(null)
  }
  return (
    <div style={{ borderTop: '1px solid var(--ps-border)' }}>
      {said === '' && failed === null ? null : (
        <div style={{ padding: '8px 14px 0', fontSize: 12.5 }}>
          {failed === null ? <output>{said}</output> : <FailureText failure={failed} />}
        </div>
      )}
      <div className="ps-inspector-foot" style={{ borderTop: 0 }}>
        {VERBS.map((verb) => {
          const why = row === undefined ? null : whyNot(verb, row)
          return (
            <Button
              key={verb}
              size="xs"
              px={4}
              variant="default"
              title={why ?? undefined}
              // It says why it cannot be pressed: so it stays reachable.
              data-disabled={why !== null}
              aria-disabled={why !== null}
              disabled={busy !== null && busy !== verb}
              loading={busy === verb}
              onClick={() => (why === null ? void run(verb) : setSaid(why))}
            >
              {strings.inspector[verb]}
            </Button>
          )
        })}
        <CopyMenu peerId={peerId} self={self} />
      </div>
    </div>
  )
}

function CopyMenu({ peerId, self }: { readonly peerId: PeerId; readonly self: boolean }) {
  const { peers, notes } = useApp()
  const forms = useForms()
  // The other form of the same key: networks of the other kind know the peer by it.
  const other = NETWORK_KINDS.find((kind) => kind !== forms.kind) ?? forms.kind
  const text = strings.inspector
  const addresses = (): readonly string[] =>
    (peers.getState().peers.get(peerId)?.addresses ?? []).map((address) => forms.target(address, peerId))
  const command = (verb: Verb): string | null => {
    const context = contextOf(peers.getState().status, forms.id(peerId), addresses()[0] ?? null)
    return commandFor(verb, context)
  }
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Button size="xs" px={4} variant="default" rightSection={<IconChevronUp size={13} aria-hidden />}>
          {text.copyMenu}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item py={4} onClick={() => void copyText(forms.id(peerId))}>
          {text.copyId}
        </Menu.Item>
        <Menu.Item py={4} onClick={() => void copyText(peerIdText(other, peerId))}>
          {text.copyOtherId[forms.kind]}
        </Menu.Item>
        <Menu.Item py={4} onClick={() => void copyText(notes.nameOf(peerId))}>
          {text.copyName}
        </Menu.Item>
        <Menu.Item py={4} onClick={() => void copyText(addresses().join('\n'))}>
          {text.copyAddresses}
        </Menu.Item>
        {self ? null : <Menu.Divider />}
        {self
          ? null
          : VERBS.map((verb) => {
              const line = command(verb)
              return line === null ? null : (
                <Menu.Item key={verb} py={4} onClick={() => void copyText(line)} title={line}>
                  {text.copyCommand(text[verb])}
                </Menu.Item>
              )
            })}
      </Menu.Dropdown>
    </Menu>
  )
}
