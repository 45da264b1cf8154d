import { pino } from 'pino'
import { expect, it } from 'vitest'
import { nodeSecret, openNode } from '../../../src/main/monitor/open-node.ts'

it('[EV4] a node whose listener throws goes on, and logs it: once as an error, then at debug level', async () => {
  const lines: { readonly level: number; readonly err?: { readonly message: string } }[] = []
  const logger = pino({ level: 'debug', base: null }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const node = await openNode(
    {
      network: 'listeners',
      secret: nodeSecret(null),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap: [],
      tags: [],
      config: {},
      dht: false,
      mdns: false,
      logger,
      onTold: (told) => {
        if (told.kind === 'event') throw new Error(`of ${told.event.kind}`)
      },
    },
    new AbortController().signal,
  )
  expect(node.discovery.health().state).toBe('alone')
  await node.stop()
  await node.discovery.ended
  const [error, debug] = [50, 20]
  expect(lines.filter(({ err }) => err !== undefined)).toMatchObject([
    { level: error, err: { message: 'of LocalEntryUpdated' } },
    { level: debug, err: { message: 'of NetworkJoined' } },
    { level: debug, err: { message: 'of NetworkLeft' } },
  ])
})
