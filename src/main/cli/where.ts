/** Flags that say which network, and where to start: names and addresses, or an invitation that has both. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { errorShape, InvalidArgument } from '../../shared/errors.ts'
import type { NetworkRef } from '../../shared/contract.ts'
import { networkIdFrom } from '../../shared/ids.ts'
import { otherSpellings, spellingNote } from '../../shared/network-names.ts'
import type { Invitation } from '../../shared/invitation.ts'
import { parseInvitation } from '../../shared/invitation.ts'
import { collect } from './flags.ts'

/** As they are parsed. */
export interface WhereFlags {
  readonly network?: string
  readonly bootstrap?: readonly string[]
  readonly invite?: Invitation
}

/** Adds `--network`, `--invite` and `--bootstrap`; one of the first two must be given. */
export function addRequiredWhereFlags(command: Command): Command {
  return addWhereFlags(command, 'network name, or its id as 64 hex digits').hook('preAction', (self) => {
    const { network, invite }: WhereFlags = self.opts()
    if (network === undefined && invite === undefined)
      self.error("error: one of the options '--network <name>' and '--invite <link>' must be given")
  })
}

/** Adds `--network`, `--invite` and `--bootstrap`. */
export function addWhereFlags(command: Command, networkHelp: string): Command {
  return command
    .option('--network <name>', networkHelp)
    .option('--invite <link>', 'invitation, peerscope://join?…: the network, and addresses to start from', readLink)
    .option('--bootstrap <multiaddr>', 'address of a peer to start from, may be repeated', collect)
}

/**
 * The network and the addresses that the flags name; null where they name none.
 * @throws InvalidArgument for an invitation to another network than the named one
 */
export function whereFrom({ network, bootstrap = [], invite }: WhereFlags): Invitation | null {
  if (invite === undefined) return network === undefined ? null : { network, bootstrap }
  if (network !== undefined && networkIdFrom(network) !== networkIdFrom(invite.network))
    throw new InvalidArgument(`the invitation is to the network '${invite.network}', not to '${network}'`)
  return { ...invite, bootstrap: [...new Set([...bootstrap, ...invite.bootstrap])] }
}

/** What is to be said of what was named: parts of an invitation that are ignored, and networks of other spellings. */
export function whereNotes({ network, ignored = [] }: Invitation, known: readonly NetworkRef[]): string[] {
  return [
    ...(ignored.length === 0
      ? []
      : [`the invitation holds what is not known here and is ignored: ${ignored.join(', ')}`]),
    ...otherSpellings(network, known).map(spellingNote),
  ]
}

/** The same where a network is needed. @throws InvalidArgument */
export function requiredWhere(flags: WhereFlags): Invitation {
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
