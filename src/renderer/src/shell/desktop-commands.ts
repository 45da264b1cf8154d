import type { StoreApi } from 'zustand'
import type { ContractRouterClient } from '@orpc/contract'
import type { Aim } from '../../../shared/alert-happenings.ts'
import type { DesktopCommand } from '../../../shared/desktop-binding.ts'
import type { DesktopContract } from '../../../shared/desktop-contract.ts'
import type { Invitation } from '../../../shared/invitation.ts'
import type { Client } from '../stores/client.ts'
import type { IncomingState } from '../stores/incoming-store.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'

/** The desktop host's own calls. */
export type DesktopClient = ContractRouterClient<DesktopContract>['desktop']

/** What commands act on. */
export interface CommandParts {
  readonly ui: StoreApi<UiState>
  readonly incoming: StoreApi<IncomingState>
  readonly search: () => void
  /** Goes where an alert leads to. */
  readonly follow: (aim: Aim) => void
  /** Goes to a place in the window. */
  readonly goTo: (place: string) => void
  readonly toggleTheme: () => void
  readonly tellProblem: (code: string, message: string) => void
}

/** Does what the desktop host asks for. */
export function handleCommand(parts: CommandParts, command: DesktopCommand): void {
  const { ui, incoming } = parts
  switch (command.kind) {
    case 'ShowView':
      return ui.setState({ view: command.view })
    case 'FollowAlert':
      return parts.follow(command)
    case 'ShowPlace':
      return parts.goTo(command.place)
    case 'ShowDialog':
      return ui.setState({ dialog: command.dialog })
    case 'Search':
      return parts.search()
    case 'ToggleTheme':
      return parts.toggleTheme()
    case 'ConfirmJoin': {
      const { kind: _kind, networkKind, ...invitation } = command
      const ofKind = networkKind === undefined ? {} : { kind: networkKind }
      return incoming.setState({ invitation: { ...invitation, ...ofKind } })
    }
    case 'OpenFile':
      ui.setState({ view: 'snapshots' })
      return incoming.setState({ file: { kind: 'taken', file: command.file, name: command.name, look: true } })
    case 'Problem':
      return parts.tellProblem(command.code, command.message)
  }
}

/**
 * Takes commands until the signal fires; begins again when the stream breaks.
 * @param wait resolves after so many milliseconds, or when the signal fires
 */
export async function takeCommands(
  desktop: Pick<DesktopClient, 'commands'>,
  take: (command: DesktopCommand) => void,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const command of await desktop.commands(undefined, { signal })) take(command)
    } catch {
      // The port is gone or the app ends; the link store says so already.
    }
    await wait(1000, signal)
  }
}

/** Joins what an invitation names, once the user has agreed; leaves what is joined before. */
export async function acceptInvitation(
  client: Pick<Client, 'network'>,
  peers: Pick<PeerStore, 'getState'>,
  { network, kind, bootstrap }: Invitation,
): Promise<void> {
  const { state } = peers.getState().status
  if (state !== 'none' && state !== 'failed') await client.network.leave()
  await client.network.join({ network, ...(kind === undefined ? {} : { kind }), bootstrap: [...bootstrap] })
}

/** The snapshot among files that were dropped on the page; null where there is none. */
export function droppedSnapshot(files: Iterable<File>): File | null {
  return [...files].find(({ name }) => name.toLowerCase().endsWith('.peerscope')) ?? null
}
