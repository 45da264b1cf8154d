/** Gossip over real connections and real timers, with a peer that does as iroh-gossip does. */
import { describe, expect, it } from 'vitest'
import { bytes32From } from '../../../src/shared/ids.ts'
import { FrameReader } from '../../../src/main/network/iroh/bytes.ts'
import { idOf } from '../../../src/main/network/iroh/gossip/plumtree.ts'
import type { Message, MessageId } from '../../../src/main/network/iroh/gossip/wire.ts'
import {
  decodeHeader,
  decodeMessage,
  encodeHeader,
  encodeMessage,
  frameOf,
} from '../../../src/main/network/iroh/gossip/wire.ts'
import type { Iroh } from '../../../src/main/network/iroh/load.ts'
import { ANNOUNCE } from '../../../src/main/network/iroh/node.ts'
import { hasIroh } from '../../contract/rigs.ts'
import { BarePeer } from './bare-peer.ts'
import { irohPorts, until } from './swarm.ts'

const TOPIC = 'ab'.repeat(32)
const never = new AbortController().signal

/** A member of the mesh that sends what it is told, and notes what it gets. */
class Member {
  readonly heard: Message[] = []
  readonly topics: string[] = []
  #stream: Iroh.SendStream | null = null

  async say(connection: Iroh.Connection, message: Message): Promise<void> {
    if (this.#stream === null) {
      this.#stream = await connection.openUni()
      await this.#stream.writeAll(Array.from(encodeHeader(bytes32From(TOPIC))))
    }
    await this.#stream.writeAll(Array.from(frameOf(encodeMessage(message))))
  }

  async listen(connection: Iroh.Connection): Promise<void> {
    const reader = new FrameReader(await connection.acceptUni(), 4096)
    const header = await reader.next()
    if (header !== null) this.topics.push(Buffer.from(decodeHeader(header)).toString('hex'))
    for (let frame = await reader.next(); frame !== null; frame = await reader.next())
      this.heard.push(decodeMessage(frame))
  }
}

const gossip = (content: Uint8Array): Message => ({
  type: 'Gossip',
  id: idOf(content),
  content,
  scope: { kind: 'Swarm', round: 0 },
})

const announces =
  (wanted: MessageId) =>
  (one: Message): boolean =>
    one.type === 'IHave' && one.messages.some(({ id }) => id === wanted)

describe.runIf(hasIroh())('gossip over iroh', () => {
  it('[MO24, MO25] announces and asks for contents again and again, with the timers of the runtime', async () => {
    const ports = await irohPorts()
    const member = new Member()
    const heard: MessageId[] = []
    await using peer = await BarePeer.open([ANNOUNCE], (connection) => member.listen(connection))
    try {
      await ports.node.start(never)
      await ports.gossip.join(TOPIC, 1000, (content) => {
        heard.push(idOf(content))
        return 'accept'
      })
      await ports.node.connect(peer.target, never)
      await until(() => member.heard.some(({ type }) => type === 'Join'), 'the Join')
      const [connection] = peer.connections
      if (connection === undefined) throw new Error('there is no connection')
      await member.say(connection, { type: 'Neighbor', priority: 'High', data: null })
      await until(() => ports.gossip.neighbors().length === 1, 'they are neighbors')
      for (let round = 0; round < 3; round += 1) {
        // What comes after a Prune on the same stream shows that it was read: we only announce then.
        const pushed = Uint8Array.of(1, round)
        await member.say(connection, { type: 'Prune' })
        await member.say(connection, gossip(pushed))
        await until(() => heard.includes(idOf(pushed)), `their content ${round}`)
        const content = Uint8Array.of(2, round)
        await ports.gossip.publish(content)
        await until(() => member.heard.some(announces(idOf(content))), `our content ${round}`)
        // The Graft puts its sender onto the tree again.
        const missing = idOf(Uint8Array.of(3, round))
        await member.say(connection, { type: 'IHave', messages: [{ id: missing, round }] })
        await until(() => member.heard.some((one) => one.type === 'Graft' && one.id === missing), `Graft ${round}`)
      }
      expect(member.topics).toEqual([TOPIC])
    } finally {
      await ports.node.stop()
    }
  })
})
