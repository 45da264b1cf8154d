import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { encode } from 'dns-packet'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../../../src/main/network/clock.ts'
import { createPorts } from '../../../../../src/main/network/libp2p/create-ports.ts'
import type { NetworkPorts } from '../../../../../src/main/network/libp2p/create-ports.ts'
import type { DialTarget } from '../../../../../src/main/discovery/ports.ts'
import { serviceName } from '../../../../../src/main/network/libp2p/reach/lan.ts'
import { networkIdFrom } from '../../../../../src/shared/ids.ts'
import { idOf } from '../../../../support/discovery/entries.ts'
import { until } from '../../../../support/reach/nodes.ts'

const NETWORK = networkIdFrom('a network')
const ANN = idOf('ann')
const forever = (): AbortSignal => new AbortController().signal

/** A port of loopback that is free now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

/** An answer as libp2p nodes give it. */
function answer(service: string, addresses: readonly string[]): Buffer {
  const name = `somebody.${service}`
  return encode({
    type: 'response',
    answers: [
      { name: service, type: 'PTR', ttl: 120, data: name },
      ...addresses.map((address) => ({ name, type: 'TXT' as const, ttl: 120, data: `dnsaddr=${address}` })),
    ],
  })
}

describe('[AD3] what answers on the local network', () => {
  let ports: NetworkPorts
  let sender: Socket
  let port: number
  let found: DialTarget[]
  const send = (packet: Uint8Array): void => sender.send(packet, port, '127.0.0.1')

  beforeEach(async () => {
    port = await freePort()
    sender = createSocket('udp4')
    ports = await createPorts({
      secret: new Uint8Array(32).fill(3),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      logger: pino({ enabled: false }),
      // Unicast on loopback stands for the multicast group: nothing leaves this machine.
      lan: { networkId: NETWORK, ip: '127.0.0.1', port },
    })
    found = []
    ports.lan?.subscribe((target) => found.push(target))
    await ports.node.start(forever())
    await ports.lan?.start(forever())
  })
  afterEach(async () => {
    await ports.lan?.stop()
    await ports.node.stop()
    sender.close()
  })

  it('is told with its addresses, is listed in the status, and is not dialed by the port', async () => {
    const address = `/ip4/192.168.1.9/tcp/4001`
    send(answer(serviceName(NETWORK), [`${address}/p2p/${ANN}`]))
    await until('the answer', () => found.length > 0)
    expect(found).toEqual([{ peerId: ANN, addresses: [address] }])
    const { lan } = ports.reachability()
    expect(lan).toEqual({ state: 'on', found: [{ peerId: ANN, addresses: [address], at: expect.any(Number) }] })
    expect(ports.node.connections()).toEqual([])
  })

  it('is dropped where it is of another network, is ourselves, or is nonsense; a flood is cut off', async () => {
    send(answer(serviceName(networkIdFrom('another')), [`/ip4/192.168.1.9/tcp/1/p2p/${ANN}`]))
    send(answer(serviceName(NETWORK), [`/ip4/192.168.1.9/tcp/1/p2p/${ports.node.peerId}`]))
    send(answer(serviceName(NETWORK), ['/ip4/192.168.1.9/tcp/1', 'nonsense']))
    send(new Uint8Array(20).fill(0xff))
    // Time stands still for the rate: of the burst of 200 no more is ever looked at.
    const time = vi.spyOn(systemClock, 'monotonic').mockReturnValue(0)
    try {
      for (let index = 0; index < 400; index += 1) {
        send(answer(serviceName(NETWORK), [`/ip4/192.168.1.9/tcp/${index + 1}/p2p/${ANN}`]))
        if (index % 5 === 0) await setImmediate()
      }
      await until('what the rate lets through', () => found.length >= 200)
      // Whatever else came has its turn.
      for (let turn = 0; turn < 100; turn += 1) await setImmediate()
    } finally {
      time.mockRestore()
    }
    expect(new Set(found.map(({ peerId }) => peerId))).toEqual(new Set([ANN]))
    expect(found).toHaveLength(200)
    expect(ports.reachability().lan.found).toHaveLength(1)
  })

  it('ends with the port, which can be stopped twice and not be started again', async () => {
    await ports.lan?.stop()
    await ports.lan?.stop()
    await expect(ports.lan?.start(forever())).rejects.toThrow('no longer searched')
    expect(ports.reachability().lan.state).toBe('off')
  })
})

it('[AD3] the service is named after the network, in a label that DNS-SD allows', () => {
  const names = ['one', 'two'].map((name) => serviceName(networkIdFrom(name)))
  expect(new Set(names).size).toBe(2)
  for (const name of names) {
    const [service = '', ...rest] = name.split('.')
    expect(rest).toEqual(['_udp', 'local'])
    expect(service).toMatch(/^_[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])$/)
    expect(service).not.toContain('--')
    expect(service).not.toContain(networkIdFrom('one').slice(0, 8))
  }
})

it('[AD3] a port that another program holds for itself is a failure that is told', async () => {
  const holder = createSocket({ type: 'udp4', reuseAddr: false }).bind(0, '0.0.0.0')
  await once(holder, 'listening')
  const ports = await createPorts({
    secret: new Uint8Array(32).fill(4),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    logger: pino({ enabled: false }),
    lan: { networkId: NETWORK, ip: '127.0.0.1', port: holder.address().port },
  })
  await ports.node.start(forever())
  await ports.lan?.start(forever()).catch(() => undefined)
  const lan = await until('the failure', () => {
    const status = ports.reachability().lan
    return status.state === 'failed' && status
  })
  expect(lan.reason).toMatch(/EADDRINUSE/)
  await ports.lan?.stop()
  await ports.node.stop()
  await new Promise<void>((resolve) => holder.close(resolve))
})
