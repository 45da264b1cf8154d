/** What stands between the DHT library and the world: packets that are taken, places that are sent to, nodes that are kept. */
import { createSocket } from 'node:dgram'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, integer, letrec, oneof, property, string } from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InvalidArgument } from '../../../src/shared/errors.ts'
import { loadNodes, NODES_FILE, saveNodes } from '../../../src/main/network/dht/node-file.ts'
import { GuardedSocket } from '../../../src/main/network/dht/guarded-socket.ts'
import { isSoundPacket } from '../../../src/main/network/dht/packet.ts'
import { maySendTo, parseDhtEndpoint, PUBLIC_ROUTERS, reachOf } from '../../../src/main/network/dht/routers.ts'
import { dhtOptions } from '../../../src/main/monitor/open-node.ts'

const sound = (text: string): boolean => isSoundPacket(Buffer.from(text, 'latin1'))

/** A query with the given arguments beside its id. */
const query = (rest = '', id = '20:abcdefghij0123456789'): string => `d1:ad2:id${id}${rest}e1:q4:ping1:t2:aa1:y1:qe`

describe('a packet', () => {
  it.each([
    query(),
    query('3:seqi1795452909869000e'),
    query('3:seqi-1e1:v0:'),
    'd1:rd2:id20:abcdefghij01234567895:nodes0:5:token2:tte1:t2:aa1:y1:re',
    'd1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee',
  ])('[DH9] %j is sound', (text) => expect(sound(text)).toBe(true))

  it.each([
    ['empty', ''],
    ['the five bytes that run for ever', 'l-3:e'],
    ['the same inside', query('1:vl-3:e')],
    ['a negative length', 'd-1:ae'],
    ['a length beyond the end', query('1:v9999:x')],
    ['a length of many digits', query(`1:v${'1'.repeat(400)}:x`)],
    ['a huge integer', query(`3:seqi${'9'.repeat(400)}e`)],
    ['an integer without digits', query('3:seqie')],
    ['a fraction', query('3:seqi1.5e')],
    ['an integer for a key', query('i1e1:v')],
    ['a key without a value', query('1:v')],
    ['a key that is there twice', query('1:v1:a1:v1:b')],
    ['the key of all objects', query('9:__proto__de')],
    ['without an end', query().slice(0, -1)],
    ['something after its end', `${query()}e`],
    ['deep', query(`1:v${'l'.repeat(20)}${'e'.repeat(20)}`)],
    ['large', query(`1:v2100:${'x'.repeat(2100)}`)],
    ['no message', 'de'],
    ['of no kind', query().replace('1:y1:q', '1:y1:z')],
    ['without a transaction', 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe'],
    ['a query without a name', 'd1:ad2:id20:abcdefghij0123456789e1:t2:aa1:y1:qe'],
    ['without an id', 'd1:ade1:q4:ping1:t2:aa1:y1:qe'],
    ['an id of a wrong kind', query('', 'i7e')],
    ['an id of a wrong length', query('', '19:abcdefghij012345678')],
    ['arguments of a wrong kind', 'd1:a2:aa1:q4:ping1:t2:aa1:y1:qe'],
    ['a target of a wrong kind', query('6:targetli1ee')],
    ['a token of a wrong kind', query('5:tokeni1e')],
    ['a key of a wrong length', query('1:k3:abc')],
    ['a number of a wrong kind', query('3:seq1:1')],
    ['an error of a wrong kind', 'd1:ei201e1:t2:aa1:y1:ee'],
  ])('[DH9] %s is not', (_what, text) => expect(sound(text)).toBe(false))

  const dictionary = (items: readonly string[]): string => `d${items.map((item, at) => `1:${at}${item}`).join('')}e`
  const trees = letrec<{ value: string }>((tie) => ({
    value: oneof(
      { depthSize: 'small', maxDepth: 3 },
      string({ maxLength: 8 }).map((text) => `${Buffer.byteLength(text)}:${text}`),
      integer().map((number) => `i${number}e`),
      array(tie('value'), { maxLength: 3 }).map((items) => `l${items.join('')}e`),
      array(tie('value'), { maxLength: 3 }).map(dictionary),
    ),
  })).value

  it('[DH9] may hold any well-formed value, and is not sound when its end is missing or more follows', () => {
    assert(
      property(trees, (tree) => {
        const bytes = Buffer.from(query(`1:v${tree}`))
        expect(isSoundPacket(bytes)).toBe(true)
        expect(isSoundPacket(bytes.subarray(0, -1))).toBe(false)
        expect(isSoundPacket(Buffer.concat([bytes, Buffer.from('e')]))).toBe(false)
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

describe('the socket', () => {
  it('[DH9] hands on sound packets alone, and counts the others', async () => {
    const socket = new GuardedSocket({ maySend: () => true, now: () => 0, onStumble: () => undefined })
    const sender = createSocket('udp4')
    try {
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
      const heard = new Promise<string>((resolve) =>
        socket.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes).toString('latin1'))),
      )
      const { port } = socket.address()
      for (const text of ['l-3:e', query()]) sender.send(text, port, '127.0.0.1')
      expect(await heard).toBe(query())
      expect(socket.counts).toMatchObject({ received: 1, dropped: 1 })
    } finally {
      sender.close()
      socket.close()
    }
  })
})

describe('an endpoint', () => {
  it.each([
    ['192.0.2.7:6881', '192.0.2.7', 6881],
    [' router.example.org:25401 ', 'router.example.org', 25_401],
    ['localhost:1', 'localhost', 1],
  ])('%j is taken', (text, host, port) => expect(parseDhtEndpoint(text)).toEqual({ host, port }))

  it.each(['', 'host', 'host:', ':1', 'host:0', 'host:70000', '[::1]:6881', '1.2.3:4', '/ip4/1.2.3.4/udp/1', 'a b:1'])(
    '%j is refused, with the right form',
    (text) => {
      expect(() => parseDhtEndpoint(text)).toThrow(InvalidArgument)
      expect(() => parseDhtEndpoint(text)).toThrow('HOST:PORT')
    },
  )
})

describe('where a node sends to', () => {
  const local = reachOf([{ host: '127.0.0.1', port: 1 }])
  const house = reachOf([{ host: '192.168.1.1', port: 1 }])
  const everywhere = reachOf(PUBLIC_ROUTERS)
  const nowhere = reachOf([{ host: '0.0.0.0', port: 1 }])

  it.each([
    [local, '127.0.0.1', true],
    [local, '127.8.0.1', true],
    [local, '192.168.1.1', false],
    [local, '8.8.8.8', false],
    [house, '192.168.7.7', true],
    [house, '8.8.8.8', false],
    [house, '127.0.0.1', false],
    [everywhere, '8.8.8.8', true],
    [everywhere, '192.168.1.1', false],
    [everywhere, '127.0.0.1', false],
    [everywhere, '0.0.0.0', false],
    [everywhere, '224.0.0.1', false],
    [everywhere, '255.255.255.255', false],
    [everywhere, 'router.bittorrent.com', false],
    [everywhere, '::1', false],
    [nowhere, '0.0.0.0', false],
    [nowhere, '255.255.255.255', false],
  ])('[DH7, BD1] is of the kind of the nodes that it starts from (%#)', (reach, host, may) => {
    expect(maySendTo(host, 6881, reach)).toBe(may)
    expect(maySendTo(host, 0, reach)).toBe(false)
  })

  it('the first node of a private DHT, which starts from none, is of this machine', () => {
    expect([...reachOf([])]).toEqual(['loopback'])
    expect([...reachOf([{ host: 'localhost', port: 1 }])]).toEqual(['loopback'])
  })
})

describe('a node of ours', () => {
  const settings = { dht: true, dataDir: null, listen: ['/ip4/0.0.0.0/tcp/0'] }

  it('[DH7] starts from the public routers unless others are given, and then from those only', () => {
    expect(dhtOptions(settings)).toEqual({ bootstrap: null, nodesFile: null })
    expect(dhtOptions({ ...settings, dhtBootstrap: ['127.0.0.1:6881'] })?.bootstrap).toEqual([
      { host: '127.0.0.1', port: 6881 },
    ])
    expect(() => dhtOptions({ ...settings, dhtBootstrap: ['nowhere'] })).toThrow(InvalidArgument)
  })

  it('[DH7] does without where it is turned off, or listens on this machine only and none are given', () => {
    const local = ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0']
    expect(dhtOptions({ ...settings, dht: false, dhtBootstrap: ['127.0.0.1:6881'] })).toBeNull()
    expect(dhtOptions({ ...settings, listen: local })).toBeNull()
    expect(dhtOptions({ ...settings, listen: local, dhtBootstrap: ['127.0.0.1:6881'] })).not.toBeNull()
    expect(dhtOptions({ ...settings, listen: [...local, '/ip4/192.0.2.7/tcp/0'] })).not.toBeNull()
  })
})

describe('the nodes that are kept', () => {
  const FROM = [{ host: '127.0.0.1', port: 6881 }]
  const NODES = [
    { host: '127.0.0.1', port: 7000 },
    { host: '192.0.2.7', port: 7001 },
  ]
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerscope-dht-'))
    path = join(folder, 'data', NODES_FILE)
  })
  afterEach(async () => await rm(folder, { recursive: true, force: true }))

  it('are those that were known last, and nothing else is left in the folder', async () => {
    await saveNodes(path, FROM, [{ host: '10.0.0.1', port: 1 }])
    await saveNodes(path, FROM, NODES)
    expect(await loadNodes(path, FROM)).toEqual(NODES)
    expect(await readdir(join(folder, 'data'))).toEqual(['dht-nodes.json'])
  })

  it('are of no use to a node that starts from elsewhere: a private DHT stays private', async () => {
    await saveNodes(path, PUBLIC_ROUTERS, NODES)
    expect(await loadNodes(path, FROM)).toEqual([])
    expect(await loadNodes(path, PUBLIC_ROUTERS)).toEqual(NODES)
  })

  it.each([
    ['none', null],
    ['half a file', '{"version":1,"of":["127.0.0.1:6881"],"nod'],
    ['another version', '{"version":2,"of":["127.0.0.1:6881"],"nodes":[{"host":"127.0.0.1","port":1}]}'],
    ['no object', '[]'],
    [
      'bad nodes',
      '{"version":1,"of":["127.0.0.1:6881"],"nodes":[1,{"host":"x","port":1},{"host":"1.2.3.4","port":0}]}',
    ],
  ])('are none where there is %s', async (_what, text) => {
    await saveNodes(path, FROM, NODES)
    if (text === null) await rm(path)
    else await writeFile(path, text)
    expect(await loadNodes(path, FROM)).toEqual([])
  })

  it('stay as they were where the new ones cannot be written', async () => {
    await saveNodes(path, FROM, NODES)
    // A folder stands where the draft would.
    await expect(saveNodes(join(path, 'inside'), FROM, [])).rejects.toThrow(/EEXIST|ENOTDIR/)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ nodes: NODES })
  })
})
