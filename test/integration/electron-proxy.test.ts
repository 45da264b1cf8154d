import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { againBy } from '../../scripts/electron/reasons.ts'
import { MIRROR_TLS } from './electron-mirror-tls.ts'
import {
  ARCHIVE_PATH,
  forgetSettings,
  Loopback,
  ManualClock,
  Project,
  search,
  serve,
  until,
  withoutSettings,
} from './electron-mirror.ts'

const run = promisify(execFile)
/** A name that only the proxy of the test knows. */
const ELSEWHERE = 'http://mirror.test/'

const AGAIN = againBy('npm start')

beforeEach(forgetSettings)
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a proxy', () => {
  test.each(['HTTP_PROXY', 'http_proxy', 'npm_config_proxy', 'npm_config_https_proxy'])('%s', async (name) => {
    using project = new Project()
    await using mirror = await Loopback.mirror()
    await using proxy = await Loopback.proxy(mirror)
    const env = { ELECTRON_MIRROR: ELSEWHERE, [name]: `127.0.0.1:${proxy.port}` }
    expect(await search(project, env)).toMatchObject({ kind: 'found' })
    expect(proxy.requests).toEqual([`http://mirror.test${ARCHIVE_PATH}`])
  })

  // Node reads NODE_EXTRA_CA_CERTS when it starts.
  test.concurrent.each(['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy', 'npm_config_proxy'])(
    '%s and NODE_EXTRA_CA_CERTS',
    async (name) => {
      using project = new Project()
      await using mirror = await Loopback.mirror(serve, MIRROR_TLS)
      await using proxy = await Loopback.proxy(mirror)
      const cafile = join(project.root, 'ca.pem')
      writeFileSync(cafile, MIRROR_TLS.cert)
      const env = {
        ...withoutSettings(),
        electron_config_cache: project.cache,
        ELECTRON_MIRROR: 'https://mirror.test/',
        NODE_EXTRA_CA_CERTS: cafile,
        [name]: proxy.url,
      }
      const script = join(import.meta.dirname, 'electron-search-process.ts')
      const { stdout } = await run(process.execPath, [script, project.root], { env })
      expect(JSON.parse(stdout)).toEqual({ kind: 'found', path: project.binary })
      expect(proxy.requests).toEqual(['CONNECT mirror.test:443'])
    },
  )

  test.each([
    ['NO_PROXY', 'other.test,127.0.0.1'],
    ['no_proxy', '*'],
    ['NO_PROXY', '127.0.0.0/8'],
    ['NO_PROXY', '127.*'],
    ['npm_config_noproxy', 'other.test\n\n127.0.0.1'],
  ])('%s goes past it', async (name, hosts) => {
    using project = new Project()
    await using mirror = await Loopback.mirror()
    await using proxy = await Loopback.proxy(mirror)
    const env = { ELECTRON_MIRROR: mirror.url, HTTP_PROXY: proxy.url, [name]: hosts }
    expect(await search(project, env)).toMatchObject({ kind: 'found' })
    expect(proxy.requests).toEqual([])
  })

  test.each([
    ['http', "HTTP_PROXY or npm's proxy"],
    ['https', "HTTPS_PROXY or npm's https-proxy"],
  ])('one that asks for a password, for %s', async (protocol, setting) => {
    using project = new Project()
    await using proxy = await Loopback.refusingProxy(407)
    const env = { ELECTRON_MIRROR: `${protocol}://mirror.test/`, HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url }
    expect(await search(project, env)).toEqual({
      kind: 'missing',
      reason: `the proxy 127.0.0.1:${proxy.port} asks for a user name and password`,
      mend: `put them into ${setting}, as http://NAME:PASSWORD@HOST:PORT, then run ${AGAIN}`,
    })
    expect(proxy.requests).toHaveLength(1)
  })

  test.each(['http', 'https'])('one that refuses the password that is given, for %s', async (protocol) => {
    using project = new Project()
    await using proxy = await Loopback.refusingProxy(407)
    const url = `http://me:wrong@127.0.0.1:${proxy.port}`
    const env = { ELECTRON_MIRROR: `${protocol}://mirror.test/`, HTTP_PROXY: url, HTTPS_PROXY: url }
    const result = await search(project, env)
    const reason = `the proxy 127.0.0.1:${proxy.port} refused the user name and password that it was given`
    expect(result).toMatchObject({ kind: 'missing', reason, mend: expect.stringContaining('correct them in') })
    expect(JSON.stringify(result)).not.toContain('wrong')
  })

  test('one that refuses the host', async () => {
    using project = new Project()
    await using proxy = await Loopback.refusingProxy(403)
    const result = await search(project, { ELECTRON_MIRROR: 'https://mirror.test/', HTTPS_PROXY: proxy.url })
    const reason = `the proxy 127.0.0.1:${proxy.port} did not connect to mirror.test (it answered 403)`
    expect(result).toMatchObject({ reason })
  })

  test.each([
    ['http', false, "HTTP_PROXY or npm's proxy"],
    ['http', true, "HTTP_PROXY or npm's proxy"],
    ['https', false, "HTTPS_PROXY or npm's https-proxy"],
    ['https', true, "HTTPS_PROXY or npm's https-proxy"],
  ])('one that drops the connection, for %s (reset: %j)', async (protocol, reset, setting) => {
    using project = new Project()
    await using proxy = await Loopback.droppingProxy(reset)
    const env = { ELECTRON_MIRROR: `${protocol}://mirror.test/`, HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url }
    expect(await search(project, env)).toEqual({
      kind: 'missing',
      reason: `the connection to mirror.test through the proxy 127.0.0.1:${proxy.port} broke off`,
      mend: `check the network and whether the proxy lets mirror.test through, or correct ${setting}, then run npm start`,
    })
    expect(proxy.requests).toHaveLength(1)
  })

  test('one that never answers is given up after 30 s, and let go', async () => {
    using project = new Project()
    const clock = new ManualClock()
    await using proxy = await Loopback.refusingProxy(null)
    const env = { ELECTRON_MIRROR: 'https://mirror.test/', HTTPS_PROXY: proxy.url }
    const searching = search(project, env, { clock })
    await until(() => proxy.requests.length > 0)
    clock.advance(30_000)
    expect(await searching).toMatchObject({ reason: 'nothing arrived from mirror.test for 30 s' })
    await until(() => proxy.sockets.size === 0)
  })

  test('one that is not there', async () => {
    using project = new Project()
    const gone = await Loopback.mirror()
    const { url, port } = gone
    await gone[Symbol.asyncDispose]()
    const env = { ELECTRON_MIRROR: 'https://mirror.test/', HTTPS_PROXY: url }
    const reason = `the proxy 127.0.0.1:${port} refused the connection`
    expect(await search(project, env)).toMatchObject({ reason })
    expect(await search(project, { HTTPS_PROXY: '', ELECTRON_MIRROR: url })).toMatchObject({
      reason: `127.0.0.1:${port} refused the connection`,
    })
  })

  test('one of another kind is not used, and that is said', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror()
    const lines: string[] = []
    await search(project, { ELECTRON_MIRROR: mirror.url, HTTP_PROXY: 'socks5://me:secret@127.0.0.1:9' }, { lines })
    expect(lines[0]).toBe('Not used: the proxy socks5://127.0.0.1:9. It must begin with http:// or https://.')
  })
})
