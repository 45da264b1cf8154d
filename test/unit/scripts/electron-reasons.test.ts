import { describe, expect, test } from 'vitest'
import { DownloadError } from '../../../scripts/electron/download.ts'
import { completeMirrors } from '../../../scripts/electron/fetch.ts'
import { proxiesOf, proxyFor } from '../../../scripts/electron/proxies.ts'
import { explain, mendOf } from '../../../scripts/electron/reasons.ts'
import type { Attempt } from '../../../scripts/electron/reasons.ts'

const URL_OF_GITHUB = new URL('https://github.com/electron/electron/releases/download/v45.0.0/electron.zip')
const ATTEMPT: Attempt = {
  proxy: {},
  electron: '/project/node_modules/electron',
  cache: '/home/me/cache',
  mirror: false,
  remoteChecksums: false,
}

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(code), { code, ...more })
}

function explained(cause: Error, attempt: Partial<Attempt> = {}): ReturnType<typeof explain> {
  return explain(new DownloadError(URL_OF_GITHUB, cause), { ...ATTEMPT, ...attempt })
}

describe('why a download failed', () => {
  test('a host that is not found: offline, or a proxy is missing', () => {
    expect(explained(systemError('ENOTFOUND', { hostname: 'github.com' }))).toEqual({
      reason: 'github.com was not found: this computer is offline, or needs a proxy',
      step: 'check the network, and set HTTPS_PROXY where there is a proxy',
      lasting: false,
    })
    const proxy = { https_proxy: 'http://me:secret@proxy.test:3128' }
    expect(explained(systemError('EAI_AGAIN', { hostname: 'proxy.test' }), { proxy })).toMatchObject({
      reason: 'the proxy proxy.test:3128 was not found',
    })
  })

  test.each([
    ['ENETUNREACH', 'github.com cannot be reached', false],
    ['ECONNRESET', 'the connection to github.com broke off', false],
    ['CERT_NOT_YET_VALID', 'the certificate of github.com is not valid now', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'github.com showed the certificate of another host', true],
    ['EPROTO', 'no secure connection to github.com', true],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the certificate of github.com is not trusted', true],
  ])('%s', (code, reason, lasting) => {
    expect(explained(systemError(code))).toMatchObject({ reason: expect.stringContaining(reason), lasting })
  })

  test.each([
    ['', 'http://proxy.test:3128', 'github.com through the proxy proxy.test:3128 broke off'],
    ['hub.com,other.test', 'http://proxy.test:3128', 'github.com through the proxy proxy.test:3128 broke off'],
    ['other.test github.com', 'http://proxy.test:3128', 'github.com broke off'],
    ['.com', 'http://me:secret@proxy.test', 'github.com broke off'],
    ['*', 'http://proxy.test:3128', 'github.com broke off'],
  ])('a proxy is named only where it was asked (NO_PROXY=%s)', (bypass, https_proxy, reason) => {
    const proxy = proxiesOf({ https_proxy, no_proxy: bypass }).env
    expect(explained(systemError('ECONNRESET'), { proxy }).reason).toBe(`the connection to ${reason}`)
  })

  test('a range of addresses that go past the proxy', () => {
    const { env } = proxiesOf({ http_proxy: 'http://proxy.test', no_proxy: '10.0.0.0/8' })
    expect(proxyFor(new URL('http://10.1.2.3/'), env)).toBe(null)
    expect(proxyFor(new URL('http://11.1.2.3/'), env)?.host).toBe('proxy.test')
  })

  test('what this computer lacks is never blamed on the network, nor remembered', () => {
    const unpacking = new Error("failed to write '/project/electron': No space left on device (os error 28)")
    for (const error of [systemError('ENOSPC'), new DownloadError(URL_OF_GITHUB, systemError('ENOSPC')), unpacking])
      expect(explain(error, ATTEMPT)).toEqual({
        reason: 'the disk is full',
        step: 'free 500 MB',
        lasting: false,
      })
    expect(explain(systemError('EACCES', { path: `${ATTEMPT.electron}/.peerscope-fetch-1-a` }), ATTEMPT)).toEqual({
      reason: '/project/node_modules/electron cannot be written by this user',
      step: expect.stringMatching(/chown|npm install/),
      lasting: false,
    })
    expect(explain(systemError('EACCES', { path: '/home/me/cache/1/electron.zip' }), ATTEMPT)).toMatchObject({
      reason: '/home/me/cache cannot be written',
      step: 'set electron_config_cache to another folder',
    })
    expect(explained(systemError('EACCES', { port: 443 }))).toMatchObject({
      reason: expect.stringContaining('the download of https://github.com/'),
    })
  })
})

test('the last words of advice name the command that was typed, and the flag only where a failure is remembered', () => {
  expect(mendOf({ step: 'wait', lasting: false }, 'npm run dev')).toBe('wait, then run npm run dev')
  expect(mendOf({ step: 'mend it', lasting: true }, 'npm start')).toBe(
    'mend it, then run npm start -- --fetch-electron',
  )
})

describe('the address of a mirror', () => {
  test.each([
    ['http://m.test/e', 'http://m.test/e/'],
    ['http://127.0.0.1:18802', 'http://127.0.0.1:18802/'],
    ['http://m.test/e/', 'http://m.test/e/'],
    ['http://m.test/?file=', 'http://m.test/?file='],
    ['', ''],
  ])('%s becomes %s', (mirror, expected) => {
    const names = [
      'npm_config_electron_mirror',
      'NPM_CONFIG_ELECTRON_MIRROR',
      'ELECTRON_MIRROR',
      'ELECTRON_NIGHTLY_MIRROR',
    ]
    const env = Object.fromEntries(names.map((name) => [name, mirror]))
    completeMirrors(env)
    expect(env).toEqual(Object.fromEntries(names.map((name) => [name, expected])))
  })

  test('of another protocol is said with the URL', () => {
    const error = new DownloadError(new URL('file:///mirror/electron.zip'), systemError('ERR_INVALID_PROTOCOL'))
    expect(explain(error, ATTEMPT)).toMatchObject({
      reason: 'only http and https mirrors work, and this is file:///mirror/electron.zip',
      step: expect.stringContaining('ELECTRON_OVERRIDE_DIST_PATH'),
    })
  })
})

describe('proxy settings', () => {
  test.each([
    ['http://:bad@127.0.0.1:x', 'http://127.0.0.1:x', 'Its port must be a number up to 65535.'],
    ['http://me:p@ss@proxy.test:70000', 'http://proxy.test:70000', 'Its port must be a number up to 65535.'],
    ['socks5://me:secret@proxy.test:1', 'socks5://proxy.test:1', 'It must begin with http:// or https://.'],
    ['http://a b', 'http://a b', 'It must be a URL, such as http://HOST:PORT.'],
  ])('that cannot be used, without the password: %s', (given, proxy, why) => {
    expect(proxiesOf({ HTTP_PROXY: given, HTTPS_PROXY: given })).toEqual({ env: {}, unusable: [{ proxy, why }] })
  })

  test.each([
    ['127.0.0.0/8', '127.0.0.0-127.255.255.255'],
    ['10.1.2.3/31', '10.1.2.2-10.1.2.3'],
    ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
    ['127.*', '127.0.0.0-127.255.255.255'],
    ['192.168.*.*', '192.168.0.0-192.168.255.255'],
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['300.*', '300.*'],
    ['fd00::/8', 'fd00::/8'],
    ['*', '*'],
    ['10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
  ])('%s goes past the proxy as %s', (given, expected) => {
    expect(proxiesOf({ NO_PROXY: given }).env['no_proxy']).toBe(expected)
  })

  test('of the environment come before those of npm; lower case before upper case', () => {
    expect(
      proxiesOf({
        HTTPS_PROXY: 'http://upper:1',
        https_proxy: 'http://lower:1',
        npm_config_https_proxy: 'http://npm:1',
        npm_config_proxy: 'http://npm:2',
      }),
    ).toEqual({ env: { https_proxy: 'http://lower:1', http_proxy: 'http://npm:2' }, unusable: [] })
  })

  test('without a scheme mean http; empty ones and null mean none', () => {
    expect(proxiesOf({ http_proxy: '', HTTP_PROXY: 'proxy.test:3128', npm_config_https_proxy: 'null' })).toEqual({
      env: { http_proxy: 'http://proxy.test:3128' },
      unusable: [],
    })
  })

  test('what goes past the proxy: domains with their subdomains, from both places', () => {
    const { env } = proxiesOf({ NO_PROXY: 'Example.com, .test [::1]', npm_config_noproxy: 'a.org:80\n\n10.0.0.1' })
    expect(env['no_proxy']?.split(',')).toEqual(['example.com', '.example.com', '.test', '::1', 'a.org:80', '10.0.0.1'])
  })
})
