import { counted } from '../../../shared/counted.ts'

/** Texts of the join page about invitation links, what its fields mean, and the networks of earlier runs. */
export const JOIN_HELP = {
  filled: (network: string, kind: string, addresses: number) =>
    `Filled in from the invitation: ${kind} network “${network}”, ${
      addresses === 0 ? 'no addresses' : counted(addresses, 'address', 'addresses')
    }. Nothing has been contacted yet: check it, then join.`,
  linkWrong: (reason: string) => `This invitation link cannot be used. ${reason}`,
  linkTyped: 'This is an invitation link. Press Enter to fill in the form from it.',
  help: (field: string) => `What is this: ${field}`,
  fields: {
    kind: 'Peers speak one of two protocols, and a network has one kind. An invitation link says which. If you run nodes of the Rust crate mosaik, choose mosaik; for everything else that Peerscope joins, choose Peerscope.',
    network:
      'The name that all peers of a network share, such as “my-network”. Its id is derived from the name, so spelling counts. You can paste an invitation link here, or anywhere on this page: it fills in the form.',
    bootstrap:
      'Where to find the first peer. One reachable peer is enough: it tells you about the others. The person who runs it sees its addresses in Peerscope under Bootstrap. Without an address, peers are looked for on the local network and in the DHT, as your settings say.',
    tags: 'Words that this peer says of itself, such as role:observer or region:eu. All peers see them, and everybody can filter by them. Leave it empty if you only want to look.',
    relay:
      'Relays carry traffic between nodes that cannot reach each other directly. A relay sees which nodes talk to each other, but not what they say.',
  },
} as const
