import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createPorts } from '../../src/main/network/libp2p/create-ports.ts'
import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { networkInterfaces } from 'node:os'
import { startGateway } from '../support/reach/gateway.ts'
import { until } from '../support/reach/nodes.ts'

/** libp2p asks for no port for addresses of this machine only, and for none that are public already. */
const inner = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal, address }) => {
    return family === 'IPv4' && !internal && isPrivate(multiaddr(`/ip4/${address}/tcp/1`))
  })?.address
const reason = inner === undefined ? 'no private IPv4 address here' : null

/** A node that listens on the private address, with the given router; stopped with its test. */
async function nodeBehind(gateway: string): Promise<Awaited<ReturnType<typeof createPorts>> & AsyncDisposable> {
  const ports = await createPorts({
    secret: new Uint8Array(randomBytes(32)),
    listen: [`/ip4/${inner ?? ''}/tcp/0`],
    logger: pino({ enabled: false }),
    reach: { autonat: true, upnp: { gateways: [gateway] } },
  })
  await ports.node.start(new AbortController().signal)
  return { ...ports, [Symbol.asyncDispose]: () => ports.node.stop() }
}

describe.skipIf(reason !== null)(
  `a router${reason === null ? '' : ` (skipped: ${reason})`}`,
  { concurrent: true },
  () => {
    it('[AD6] is asked for a port, which is announced and listed, and is given back at the end', async ({ expect }) => {
      await using router = await startGateway('5.6.7.8', true)
      {
        await using node = await nodeBehind(router.url)
        const { mappings } = await until('the mapping', () => {
          const { upnp } = node.reachability()
          return upnp.mappings.length > 0 && upnp
        })
        const [own = ''] = node.node.addresses().filter((address) => address.includes(String(inner)))
        const port = /\/tcp\/(\d+)/.exec(own)?.[1] ?? ''
        const at = expect.any(Number) as number
        expect(mappings).toEqual([{ external: `5.6.7.8:${port}`, internal: `${inner}:${port}`, at }])
        await until('the address', () => node.node.addresses().includes(`/ip4/5.6.7.8/tcp/${port}`))
        expect(node.reachability().autonat.verdict).toBe('unknown')
      }
      expect(router.asked.map(({ action }) => action)).toContain('DeletePortMapping')
    })

    it('[AD6] that refuses, or is behind another one, is told with its reason', async ({ expect }) => {
      await using refuses = await startGateway('5.6.7.8', false)
      await using behind = await startGateway('10.0.0.9', true)
      await using one = await nodeBehind(refuses.url)
      await using two = await nodeBehind(behind.url)
      const failed = await Promise.all(
        [one, two].map((node) =>
          until('the failure', () => {
            const { upnp } = node.reachability()
            return upnp.state === 'failed' && upnp
          }),
        ),
      )
      expect(failed[0]?.reason).toMatch(/opened no port.*not authorized/)
      expect(failed[1]?.reason).toMatch(/behind another one.*10\.0\.0\.9/)
      expect(one.node.addresses()).toHaveLength(1)
    })
  },
)

it('[AD6] a router that does not answer is told', async () => {
  await using node = await createPorts({
    secret: new Uint8Array(randomBytes(32)),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    logger: pino({ enabled: false }),
    reach: { autonat: true, upnp: { gateways: ['http://127.0.0.1:1/igd.xml'] } },
  }).then((ports) => ({ ...ports, [Symbol.asyncDispose]: () => ports.node.stop() }))
  await node.node.start(new AbortController().signal)
  const { reason: why } = await until('the failure', () => {
    const { upnp } = node.reachability()
    return upnp.state === 'failed' && upnp
  })
  expect(why).toContain('did not answer')
})
