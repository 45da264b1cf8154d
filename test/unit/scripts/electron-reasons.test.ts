import { describe, expect, test } from 'vitest'
import { DownloadError } from '../../../scripts/electron/download.ts'
import { proxiesOf } from '../../../scripts/electron/proxies.ts'
import { explain } from '../../../scripts/electron/reasons.ts'
import type { Attempt } from '../../../scripts/electron/reasons.ts'

const URL_OF_GITHUB = new URL('https://github.com/electron/electron/releases/download/v45.0.0/electron.zip')
const ATTEMPT: Attempt = {
  proxy: {},
  electron: '/project/node_modules/electron',
  cache: '/home/me/cache',
  mirror: false,
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
      mend: 'check the network, and set HTTPS_PROXY where there is a proxy, then run npm start',
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

  test('what this computer lacks is never blamed on the network, nor remembered', () => {
    const unpacking = new Error("failed to write '/project/electron': No space left on device (os error 28)")
    for (const error of [systemError('ENOSPC'), new DownloadError(URL_OF_GITHUB, systemError('ENOSPC')), unpacking])
      expect(explain(error, ATTEMPT)).toEqual({
        reason: 'the disk is full',
        mend: 'free 500 MB, then run npm start',
        lasting: false,
      })
    expect(explain(systemError('EACCES', { path: `${ATTEMPT.electron}/.peerscope-fetch-1-a` }), ATTEMPT)).toEqual({
      reason: '/project/node_modules/electron cannot be written by this user',
      mend: expect.stringMatching(/, then run npm start$/),
      lasting: false,
    })
    expect(explain(systemError('EACCES', { path: '/home/me/cache/1/electron.zip' }), ATTEMPT)).toMatchObject({
      reason: '/home/me/cache cannot be written',
      mend: 'set electron_config_cache to another folder, then run npm start',
    })
    expect(explained(systemError('EACCES', { port: 443 }))).toMatchObject({
      reason: expect.stringContaining('the download of https://github.com/'),
    })
  })
})

describe('proxy settings', () => {
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
