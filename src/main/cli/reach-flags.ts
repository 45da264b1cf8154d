/** Flags that say by which ways peers are found and reached, and which of them some kinds of network have no use for. */
import type { Command } from 'commander'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { ABILITIES, KIND_NAMES } from '../../shared/network-kind.ts'

/** As they are parsed. */
export interface ReachFlags {
  readonly mdns?: boolean
  readonly upnp?: boolean
  readonly relays?: boolean
  /** `--answer-neighbors`, among the settings of discovery. */
  readonly answerNeighbors?: unknown
}

/** Behind the help of a flag that other networks ignore. */
const OURS_ONLY = '(Peerscope networks only)'

/** Adds `--no-mdns`. */
export function addLanFlag(command: Command): Command {
  return command.option('--no-mdns', `do not look for peers on the local network ${OURS_ONLY}`)
}

/** Adds `--no-mdns`, `--no-upnp` and `--no-relays`. */
export function addReachFlags(command: Command): Command {
  return addLanFlag(command)
    .option('--no-upnp', `do not ask the router to open a port ${OURS_ONLY}`)
    .option('--no-relays', `neither be reached through relays nor reach others through them ${OURS_ONLY}`)
}

/** What is to be said of flags that have no effect in a network of the kind; nothing where all have. */
export function uselessFlags(flags: ReachFlags, kind: NetworkKind): readonly string[] {
  const { lan, neighbors, relayUrls } = ABILITIES[kind]
  const none = `has no effect in a ${KIND_NAMES[kind]} network`
  return [
    ...(flags.mdns === false && !lan ? [`--no-mdns ${none}: nobody is looked for on the local network there`] : []),
    ...(flags.upnp === false && relayUrls
      ? [`--no-upnp ${none}: iroh asks the router by itself, and Peerscope cannot turn that off`]
      : []),
    ...(flags.relays === false && relayUrls ? [`--no-relays ${none}: --relay says which relays are used there`] : []),
    ...(flags.answerNeighbors !== undefined && !neighbors
      ? [`--answer-neighbors ${none}: nobody asks for neighbors there`]
      : []),
  ]
}
