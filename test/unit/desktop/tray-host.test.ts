import { createServer } from 'node:net'
import { once } from 'node:events'
import { array, assert, nat, property, tuple, uint8Array } from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../../../src/shared/errors.ts'
import { decodeMessage, encodeCall, MAX_MESSAGE, propertyTruth } from '../../../src/main/desktop/dbus-wire.ts'
import { ANSWER_MS, busSockets, SessionBus } from '../../../src/main/desktop/session-bus.ts'
import { BusTrayHost, HOST_GRACE_MS, linuxTrayHost } from '../../../src/main/desktop/tray-host.ts'
import { FakeSessionBus, frame, reply, truth } from '../../support/session-bus.ts'

const HELLO = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
  args: [],
}

/** What reading the bytes throws; null for nothing. */
function failureOf(bytes: Buffer): unknown {
  try {
    const decoded = decodeMessage(bytes)
    if (decoded !== null) propertyTruth(decoded.message)
    return null
  } catch (error) {
    return error
  }
}

describe('where the session bus is', () => {
  const RUN = { XDG_RUNTIME_DIR: '/run/user/7' }
  it.each<[string, Record<string, string>, string[]]>([
    ['a path', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/7/bus' }, ['/run/user/7/bus']],
    ['a path with a guid', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/b,guid=00ff' }, ['/tmp/b']],
    ['escaped', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/a%20b%2cc' }, ['/tmp/a b,c']],
    ['wrongly escaped', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/%zz' }, ['/tmp/%zz']],
    ['abstract', { DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/tmp/dbus-x,guid=1' }, ['\0/tmp/dbus-x']],
    ['of the run-time folder', { ...RUN, DBUS_SESSION_BUS_ADDRESS: 'unix:runtime=yes' }, ['/run/user/7/bus']],
    ['not given', RUN, ['/run/user/7/bus']],
    ['empty', { ...RUN, DBUS_SESSION_BUS_ADDRESS: '' }, ['/run/user/7/bus']],
    ['several', { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=h;unix:path=/a;unix:path=/b' }, ['/a', '/b']],
    ['nowhere', {}, []],
    ['off', { DBUS_SESSION_BUS_ADDRESS: 'disabled:' }, []],
    ['over the network', { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=localhost,port=1' }, []],
    ['relative', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=bus', XDG_RUNTIME_DIR: 'run' }, []],
    ['nonsense', { DBUS_SESSION_BUS_ADDRESS: 'unix:,=,;;unix:abstract=' }, []],
  ])('%s', (_what, env, sockets) => expect(busSockets(env)).toEqual(sockets))

  it('is asked on Linux only', () => {
    const logger = pino({ level: 'silent' })
    expect(linuxTrayHost({ platform: 'darwin', env: RUN, getuid: () => 7 }, logger)).toBeNull()
    const host = linuxTrayHost({ platform: 'linux', env: {}, getuid: () => 7 }, logger)
    expect(host).toMatchObject({ possible: false, shown: false })
    host?.close()
  })
})

describe('the wire format', () => {
  it('is that of the specification', () => {
    const text = (value: string): string => `${Buffer.from(value).toString('hex')}00`
    expect(encodeCall(HELLO, 1).toString('hex')).toBe(
      [
        ['6c010201', '00000000', '01000000', '6d000000'],
        ['01016f00', '15000000', text('/org/freedesktop/DBus'), '0000'],
        ['02017300', '14000000', text('org.freedesktop.DBus'), '000000'],
        ['03017300', '05000000', text('Hello'), '0000'],
        ['06017300', '14000000', text('org.freedesktop.DBus'), '000000'],
      ]
        .flat()
        .join(''),
    )
  })

  it('waits for what is missing, and leaves what follows', () => {
    const whole = truth(3, 1)
    for (let length = 0; length < whole.length; length += 1) expect(decodeMessage(whole.subarray(0, length))).toBeNull()
    const decoded = decodeMessage(Buffer.concat([whole, whole]))
    expect(decoded).toMatchObject({ length: whole.length, message: { type: 2, replySerial: 3, signature: 'v' } })
    expect(decoded !== null && propertyTruth(decoded.message)).toBe(true)
  })

  it.each<[string, Buffer]>([
    ['is no D-Bus', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['is of the other byte order', Buffer.concat([Buffer.from('B'), truth(1, 1).subarray(1)])],
    ['is of another version', frame({ type: 2, serial: 1, fields: [] }).fill(9, 3, 4)],
    ['is too long', frame({ type: 2, serial: 1, fields: [] }).fill(0xff, 4, 8)],
    ['is a little too long', frame({ type: 2, serial: 1, fields: [], body: Array(MAX_MESSAGE).fill(0) })],
    ['has a field that is cut short', frame({ type: 2, serial: 1, fields: [[5, 1, 0x75, 0, 1]] })],
    ['has a text without an end', frame({ type: 2, serial: 1, fields: [[4, 1, 0x73, 0, 1, 0, 0, 0, 65, 65]] })],
    ['has a text that is longer than all', frame({ type: 2, serial: 1, fields: [[4, 1, 0x73, 0, 9, 9, 9, 0, 65, 0]] })],
    ['has a field of an unknown type', frame({ type: 2, serial: 1, fields: [[77, 1, 0x64, 0, 0]] })],
  ])('is refused where a message %s', (_what, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(Unavailable)
  })

  it.each<[string, Buffer]>([
    ['a text', reply(1, 'v', [1, 0x73, 0, 0, 1, 0, 0, 0, 65, 0])],
    ['a number of more than one bit', truth(1, 2)],
    ['cut short', reply(1, 'v', [1, 0x62, 0, 0, 1])],
    ['empty', reply(1, 'v', [])],
    ['missing', reply(1, '', [])],
  ])('a property that is %s is no truth value', (_what, bytes) => {
    const decoded = decodeMessage(bytes)
    expect(() => decoded !== null && propertyTruth(decoded.message)).toThrow(Unavailable)
  })

  it('never fails in another way, whatever comes', () => {
    const whole = [...truth(3, 1)]
    const change = tuple(nat(whole.length - 1), nat(255))
    assert(
      property(array(change, { maxLength: 6 }), uint8Array({ maxLength: 64 }), (changes, tail) => {
        const bytes = [...whole]
        for (const [at, byte] of changes) bytes[at] = byte
        for (const candidate of [Buffer.from([...bytes, ...tail]), Buffer.from(tail)])
          expect(failureOf(candidate)).toSatisfy((error) => error === null || error instanceof Unavailable)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the tray of the desktop', () => {
  let bus: FakeSessionBus
  let host: BusTrayHost | null
  let changes: boolean[]
  beforeEach(async () => {
    bus = await new FakeSessionBus().open()
    host = null
    changes = []
  })
  afterEach(async () => {
    vi.useRealTimers()
    host?.close()
    await bus.close()
  })

  const open = (sockets = [bus.socket]): BusTrayHost => {
    host = new BusTrayHost({ sockets, uid: 1234, logger: pino({ level: 'silent' }) })
    host.onChange((shown) => changes.push(shown))
    return host
  }
  const virtual = (): unknown => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const asked = (times: number): Promise<void> =>
    vi.waitFor(() => expect(bus.members.filter((member) => member === 'Get')).toHaveLength(times))
  const changed = (...expected: boolean[]): Promise<void> => vi.waitFor(() => expect(changes).toEqual(expected))

  it('is there where the watcher has a host; nothing is started by asking', async () => {
    open()
    expect(host?.shown).toBe(false)
    await changed(true)
    expect(host?.shown).toBe(true)
    expect(bus.lines).toEqual(['\0AUTH EXTERNAL 31323334', 'BEGIN'])
    expect(bus.members).toEqual(['Hello', 'AddMatch', 'AddMatch', 'AddMatch', 'Get'])
    expect(bus.calls.at(-1)?.args).toEqual(['org.kde.StatusNotifierWatcher', 'IsStatusNotifierHostRegistered'])
    expect(bus.calls.every(({ flags }) => flags === 2)).toBe(true)
  })

  it.each<[string, () => void]>([
    ['the watcher has no host', () => (bus.host = false)],
    ['there is no watcher', () => (bus.host = 'no watcher')],
    ['the answer is no truth value', () => (bus.host = reply(5, '', []))],
    ['the answer is malformed', () => (bus.host = Buffer.alloc(64, 0x6c))],
  ])('is not there where %s, and is looked for again', async (_what, given) => {
    virtual()
    given()
    open()
    await asked(1)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    expect([host?.shown, changes]).toEqual([false, []])
    bus.host = true
    vi.advanceTimersToNextTimer()
    await changed(true)
  })

  it.each<[string, () => unknown]>([
    ['the watcher does not answer', () => (bus.host = 'silent')],
    ['the bus does not greet', () => (bus.greeting = null)],
    ['the greeting never ends', () => (bus.greeting = 'OK')],
  ])('is not there where %s in time', async (_what, given) => {
    virtual()
    given()
    open()
    await vi.waitFor(() =>
      expect(bus.host === 'silent' ? bus.members.at(-1) === 'Get' : bus.lines.length > 0).toBe(true),
    )
    vi.advanceTimersByTime(ANSWER_MS)
    // The next look is planned once this one is over.
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    expect(host?.shown).toBe(false)
  })

  it.each([
    ['refuses us', 'REJECTED EXTERNAL\r\n', 'refuses'],
    ['sends a line without an end', 'x'.repeat(10_000), 'too long a line'],
    ['sends too long a line', `OK ${'x'.repeat(10_000)}\r\n`, 'too long a line'],
  ])('a bus that %s is left at once', async (_what, greeting, reason) => {
    bus.greeting = greeting
    const opening = SessionBus.open({
      socket: bus.socket,
      uid: 1,
      onSignal: () => undefined,
      onEnd: () => changes.push(false),
    })
    await expect(opening).rejects.toThrow(reason)
    await vi.waitFor(() => expect(bus.connections).toBe(0))
    expect(changes).toEqual([])
  })

  it('is looked for at each place where the bus may be', async () => {
    open(['/nowhere/at/all', bus.socket])
    await changed(true)
    expect(host?.shown).toBe(true)
  })

  it('is looked for in the abstract namespace too', async () => {
    if (process.platform !== 'linux') return
    const name = `\0peerscope-test-${process.pid}`
    const server = createServer((socket) => socket.resume().end('REJECTED\r\n'))
    server.listen(name)
    await once(server, 'listening')
    const opening = SessionBus.open({ socket: name, uid: 1, onSignal: () => undefined, onEnd: () => undefined })
    await expect(opening).rejects.toThrow('refuses')
    server.close()
    await once(server, 'close')
  })

  it('is there as soon as the bus tells of it, byte by byte', async () => {
    bus.host = false
    open()
    await asked(1)
    bus.host = true
    bus.send(frame({ type: 4, serial: 9, fields: [[3, 1, 0x73, 0, 1, 0, 0, 0, 65, 0]] }), 1)
    await changed(true)
    expect(bus.members.filter((member) => member === 'Get')).toHaveLength(2)
  })

  it('is gone only when it stays away', async () => {
    open()
    await changed(true)
    virtual()
    bus.host = 'no watcher'
    bus.signal()
    await asked(2)
    // The grace, and the next look.
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2))
    bus.host = true
    bus.signal()
    // A panel that restarted knows nothing of our icon.
    await changed(true, true)
    bus.host = 'no watcher'
    bus.signal()
    await asked(4)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2))
    vi.advanceTimersByTime(HOST_GRACE_MS)
    await changed(true, true, false)
    expect(host?.shown).toBe(false)
  })

  it('is gone with the bus, and there with the next one', async () => {
    open()
    await changed(true)
    virtual()
    bus.host = 'no watcher'
    bus.drop()
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2))
    // The bus is reached again, and has no watcher yet.
    vi.advanceTimersByTime(1000)
    await asked(2)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2))
    vi.advanceTimersByTime(HOST_GRACE_MS)
    await changed(true, false)
    bus.host = true
    await vi.waitFor(() => {
      bus.signal()
      expect(changes).toEqual([true, false, true])
    })
  })

  it('asks once more for many changes at a time', async () => {
    bus.host = 'silent'
    open()
    await asked(1)
    for (let n = 0; n < 50; n += 1) bus.signal()
    bus.host = true
    bus.send(truth(bus.calls.at(-1)?.serial ?? 0, 1))
    await asked(2)
    await changed(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(bus.members.filter((member) => member === 'Get')).toHaveLength(2)
  })

  it('says nothing after its end', async () => {
    bus.host = 'silent'
    open()
    await asked(1)
    host?.close()
    host?.close()
    await vi.waitFor(() => expect(bus.connections).toBe(0))
    expect(changes).toEqual([])
  })
})
