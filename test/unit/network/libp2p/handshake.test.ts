import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPorts } from '../../../../src/main/network/libp2p/create-ports.ts'

const signal = new AbortController().signal
let ports: Awaited<ReturnType<typeof createPorts>>

beforeAll(async () => {
  ports = await createPorts({
    secret: new Uint8Array(32).fill(6),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    logger: pino({ enabled: false }),
  })
  await ports.node.start(signal)
})
afterAll(() => ports.node.stop())

/** Why a dial fails to a server that does this with its first connection. */
async function reasonOf(serve: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    await ports.node.connect({ addresses: [`/ip4/127.0.0.1/tcp/${port}`], given: true }, signal)
    return 'connected'
  } catch (error) {
    return error instanceof Error ? error.message : ''
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

const line = (text: string): Buffer => Buffer.from(`${String.fromCodePoint(text.length + 1)}${text}\n`)
const GREETING = line('/multistream/1.0.0')
const NOISE = Buffer.concat([GREETING, line('/noise')])

describe('a dial whose handshake fails says', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['it hangs up at once', (socket) => socket.end()],
    ['it is reset at once', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['it ends within its greeting', (socket) => socket.once('data', () => socket.end(GREETING.subarray(0, 7)))],
    ['it ends after its greeting', (socket) => socket.once('data', () => socket.end(GREETING))],
    ['it ends before it is encrypted', (socket) => socket.once('data', () => socket.end(NOISE))],
  ])('that the connection broke off, where %s', async (_, serve) => {
    expect(await reasonOf(serve)).toContain('broke off in the handshake')
  })

  it.each<[string, (socket: Socket) => void]>([
    ['a web server answers', (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['a mail server answers', (socket) => socket.end('220 mail.example.org ESMTP\r\n')],
    ['zeroes are answered', (socket) => socket.end(Buffer.alloc(100))],
    [
      'what is to be encrypted is not',
      (socket) =>
        socket.once('data', () => socket.end(Buffer.concat([NOISE, Buffer.from([0, 96]), Buffer.alloc(96, 7)]))),
    ],
  ])('that this is no libp2p peer, where %s', async (_, serve) => {
    expect(await reasonOf(serve)).toContain('is not a libp2p peer')
  })

  it('that it speaks other protocols, where it knows none of ours', async () => {
    const serve = (socket: Socket) => socket.once('data', () => socket.end(Buffer.concat([GREETING, line('na')])))
    expect(await reasonOf(serve)).toContain('no protocol of ours')
  })
})
