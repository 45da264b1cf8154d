/** Flags that say which network, and where to start: names and addresses, or an invitation that has both. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { errorShape, InvalidArgument } from '../../shared/errors.ts'
import type { NetworkRef } from '../../shared/contract.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { ABILITIES, KIND_NAMES } from '../../shared/network-kind.ts'
import { otherSpellings, spellingNote } from '../../shared/network-names.ts'
import type { Invitation } from '../../shared/invitation.ts'
import { parseInvitation } from '../../shared/invitation.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import { parseRelayMode, relayWords } from '../../shared/relay-mode.ts'
import { networkRef } from '../monitor/network-ref.ts'
import { collect, kindOption } from './flags.ts'
import type { Printer } from './output.ts'

/** As they are parsed. */
export interface WhereFlags {
  readonly network?: string
  readonly bootstrap?: readonly string[]
  readonly invite?: Invitation
  readonly kind?: NetworkKind
  /** Without a value: relay for others. */
  readonly relay?: string | boolean
  readonly entryVersion?: string
}

/** The network, where to start, and how its nodes are reached. */
export interface Where extends Invitation {
  readonly kind: NetworkKind
  readonly relay: RelayMode
  readonly entryVersion: string | null
}

/** Adds `--network`, `--invite` and `--bootstrap`; one of the first two must be given. */
export function addRequiredWhereFlags(command: Command, relayHelp?: string): Command {
  return addWhereFlags(command, 'network name, or its id as 64 hex digits', relayHelp).hook('preAction', (self) => {
    const { network, invite }: WhereFlags = self.opts()
    if (network === undefined && invite === undefined)
      self.error("error: one of the options '--network <name>' and '--invite <link>' must be given")
  })
}

/** What `--relay` is. */
export const RELAY_HELP =
  "relays in a mosaik network: off (default), default for those of iroh's makers, or the URL of one"

/** Adds `--network`, `--invite`, `--kind`, `--bootstrap` and what only some kinds take. */
export function addWhereFlags(command: Command, networkHelp: string, relayHelp = RELAY_HELP): Command {
  return (
    command
      .option('--network <name>', networkHelp)
      .option('--invite <link>', 'invitation, peerscope://join?…: the network, and addresses to start from', readLink)
      .addOption(kindOption('peerscope, or mosaik for a network of the Rust crate mosaik (default: peerscope)'))
      .option(
        '--bootstrap <address>',
        'peer to start from, may be repeated: /ip4/192.0.2.7/tcp/4001, in a mosaik network <64 hex digits>@192.0.2.7:4433',
        collect,
      )
      // Only for a node alone has it a meaning without a value.
      .option(relayHelp === RELAY_HELP ? '--relay <which>' : '--relay [which]', relayHelp)
      .option('--entry-version <version>', 'version that our entry states in a mosaik network, such as 0.3.19')
  )
}

/**
 * The network and the addresses that the flags name; null where they name none.
 * @throws InvalidArgument for an invitation to another network than the named one, and for what networks of the kind do not know
 */
export function whereFrom(flags: WhereFlags): Where | null {
  const { network, bootstrap = [], invite } = flags
  const kind = flags.kind ?? invite?.kind ?? 'peerscope'
  const more = { kind, relay: relayFrom(flags, kind), entryVersion: flags.entryVersion ?? null }
  if (invite === undefined) return network === undefined ? null : { network, bootstrap, ...more }
  if (kind !== (invite.kind ?? 'peerscope'))
    throw new InvalidArgument(`the invitation is not to a network of the kind ${kind}`)
  if (network !== undefined && networkRef(network, kind).id !== networkRef(invite.network, kind).id)
    throw new InvalidArgument(`the invitation is to the network '${invite.network}', not to '${network}'`)
  return { ...invite, bootstrap: [...new Set([...bootstrap, ...invite.bootstrap])], ...more }
}

function relayFrom({ relay }: WhereFlags, kind: NetworkKind): RelayMode {
  if (ABILITIES[kind].relayUrls) {
    if (relay === true) throw new InvalidArgument(`--relay needs a value here: off, default, or the URL of a relay`)
    return typeof relay === 'string' ? parseRelayMode(relay) : 'off'
  }
  if (typeof relay === 'string')
    throw new InvalidArgument(`--relay takes no value in a ${KIND_NAMES[kind]} network; --kind mosaik is missing?`)
  return 'off'
}

/** What is to be said of what was named: parts of an invitation that are ignored, and networks of other spellings. */
export function whereNotes({ network, kind, ignored = [] }: Where, known: readonly NetworkRef[]): string[] {
  return [
    ...(ignored.length === 0
      ? []
      : [`the invitation holds what is not known here and is ignored: ${ignored.join(', ')}`]),
    ...otherSpellings(network, kind, known).map(spellingNote),
  ]
}

/** Says which relays are contacted, before they are. */
export function sayRelays({ kind, relay }: Where, printer: Printer): void {
  if (!ABILITIES[kind].relayUrls || relay === 'off') return
  const message = relayWords(relay)
  printer.event('warning', { message }, `Note: ${message}`)
}

/** The same where a network is needed. @throws InvalidArgument */
export function requiredWhere(flags: WhereFlags): Where {
  const where = whereFrom(flags)
  if (where === null) throw new InvalidArgument('name the network with --network, or give an invitation with --invite')
  return where
}

function readLink(link: string): Invitation {
  try {
    return parseInvitation(link)
  } catch (error) {
    throw new InvalidArgumentError(`${errorShape(error).message}.`)
  }
}
