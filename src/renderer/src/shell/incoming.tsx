import { Button, Group, List, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Aim } from '../../../shared/alert-happenings.ts'
import type { Invitation } from '../../../shared/invitation.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import { otherSpellings } from '../../../shared/network-names.ts'
import { follow } from '../alerts/follow.ts'
import { viewToJoin } from '../controls/enter.ts'
import { unavailable } from '../controls/join-draft.ts'
import { palette } from '../controls/palette-store.ts'
import { tellFailure, useTheme } from '../controls/verbs.ts'
import { useApp, useEngine, useIncoming, usePeers, useSettings } from '../stores/app-context.tsx'
import { waitFor } from '../stores/subscription.ts'
import { Dialog } from '../ui/dialog.tsx'
import { describeFailure, sentence } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { FailureText, KindChip } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { acceptInvitation, droppedSnapshot, handleCommand, takeCommands } from './desktop-commands.ts'

/** What comes from outside of the page: commands of the desktop app, invitations, files that are dropped on it. */
export function Incoming() {
  useDesktopCommands()
  useDrops()
  return <InvitationDialog />
}

function useDesktopCommands(): void {
  const app = useApp()
  const { toggle } = useTheme()
  const toggleTheme = useRef(toggle)
  useEffect(() => {
    toggleTheme.current = toggle
  }, [toggle])
  useEffect(() => {
    const { desktop, ui, incoming } = app
    if (desktop === null) return undefined
    const ending = new AbortController()
    const parts = {
      ui,
      incoming,
      search: () => palette.open(),
      follow: (aim: Aim) => follow(app, aim),
      goTo: (place: string) => {
        location.hash = place
      },
      toggleTheme: () => toggleTheme.current(),
      tellProblem: (code: string, message: string) => tellFailure({ code, message }),
    }
    void takeCommands(desktop, (command) => handleCommand(parts, command), waitFor, ending.signal)
    return () => ending.abort()
  }, [app])
}

/** A snapshot may be dropped anywhere. What else is dropped does nothing: the page does not go to it. */
function useDrops(): void {
  const { ui, incoming } = useApp()
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      // The card of snapshots has taken it.
      if (event.defaultPrevented) return
      event.preventDefault()
      const file = droppedSnapshot(event.dataTransfer?.files ?? [])
      if (file === null) return
      ui.setState({ view: 'snapshots' })
      incoming.setState({ file: { kind: 'dropped', file, look: true } })
    }
    globalThis.addEventListener('dragover', over)
    globalThis.addEventListener('drop', drop)
    return () => {
      globalThis.removeEventListener('dragover', over)
      globalThis.removeEventListener('drop', drop)
    }
  }, [ui, incoming])
}

/** Nothing of an invitation is contacted before the user says so here. */
function InvitationDialog() {
  const { incoming } = useApp()
  // Nothing could be joined while the engine does not run: the question waits.
  const stopped = useEngine((state) => state.failure !== null)
  const waiting = useIncoming((state) => state.invitation)
  const invitation = stopped ? null : waiting
  const close = (): void => incoming.setState({ invitation: null })
  if (invitation === null) return null
  return (
    <Dialog onClose={close} title={strings.desktop.invitation}>
      <InvitationForm key={JSON.stringify(invitation)} invitation={invitation} close={close} />
    </Dialog>
  )
}

function InvitationForm({ invitation, close }: { readonly invitation: Invitation; readonly close: () => void }) {
  const app = useApp()
  const joined = usePeers(({ status }) =>
    'network' in status && status.state !== 'failed' ? (status.network.name ?? status.network.id.slice(0, 12)) : null,
  )
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Failure | null>(null)
  const text = strings.desktop
  const kind = invitation.kind ?? 'peerscope'
  const reason = useSettings(({ info }) => unavailable(info, kind))
  const recent = useSettings((state) => state.recent)
  const [other] = otherSpellings(invitation.network, kind, recent)
  const accept = async (): Promise<void> => {
    if (busy) return
    setBusy(true)
    setFailed(null)
    app.ui.setState({ view: viewToJoin(app.ui.getState()) })
    try {
      await acceptInvitation(app.client, app.peers, invitation)
      app.ui.setState({ draft: null, joinFailure: null })
      // Another one may have come meanwhile.
      if (app.incoming.getState().invitation === invitation) close()
    } catch (thrown) {
      setFailed(describeFailure(thrown))
    }
    setBusy(false)
  }
  return (
    <>
      <Text fz="sm">{text.invitationLead}</Text>
      <Text fz="sm" fw={600} mt="md">
        {text.invitationNetwork} <KindChip kind={kind} />
      </Text>
      <Text className="ps-mono" style={{ overflowWrap: 'anywhere' }}>
        {invitation.network}
      </Text>
      {other === undefined ? null : (
        <Text fz="sm" component="output">
          {strings.join.otherSpelling(other.id)}
        </Text>
      )}
      <Text fz="sm" fw={600} mt="md">
        {text.invitationAddresses}
      </Text>
      {invitation.bootstrap.length === 0 ? <Text fz="sm">{text.invitationNoAddresses}</Text> : null}
      <List fz="sm" style={{ maxHeight: 220, overflowY: 'auto' }}>
        {invitation.bootstrap.map((address) => (
          <List.Item key={address} className="ps-mono" style={{ overflowWrap: 'anywhere' }}>
            {address}
          </List.Item>
        ))}
      </List>
      {invitation.ignored === undefined ? null : (
        <Text fz="sm" mt="md" style={{ overflowWrap: 'anywhere' }}>
          {text.invitationIgnored(invitation.ignored)}
        </Text>
      )}
      <Text fz="sm" c="dimmed" mt="md">
        {ABILITIES[kind].relayUrls ? `${text.invitationRelays} ` : null}
        {text.invitationWarning}
        {joined === null ? null : ` ${text.invitationLeaves(joined)}`}
      </Text>
      {reason === null ? null : (
        <Text fz="sm" mt="md" c="var(--ps-warn)">
          {sentence(reason)}
        </Text>
      )}
      {failed === null ? null : <FailureText failure={failed} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={close}>
          {text.decline}
        </Button>
        <Button loading={busy} disabled={reason !== null} onClick={() => void accept()}>
          {text.accept}
        </Button>
      </Group>
    </>
  )
}
