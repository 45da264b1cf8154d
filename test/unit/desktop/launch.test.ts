import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { handOverSchema, parseLaunch } from '../../../src/main/desktop/launch.ts'

const NOTHING = { demo: false, data: null, network: null, hidden: false, link: null, files: [] }
const LINK = 'peerscope://join?network=a'
const CWD = resolve('/work dir')

describe('a command line', () => {
  it.each<[readonly string[], object]>([
    [[], {}],
    [['.'], {}],
    [['--demo', '--hidden'], { demo: true, hidden: true }],
    [['--data', 'd', '--network', 'my net'], { data: resolve(CWD, 'd'), network: 'my net' }],
    [['--data=/d', '--network=x'], { data: resolve('/d'), network: 'x' }],
    [['--data', '--network'], {}],
    [['--network', ''], {}],
    [['--no-sandbox', '--enable-features=X', '--demo'], { demo: true }],
    [[LINK], { link: LINK }],
    [['--hidden', LINK], { hidden: true, link: LINK }],
    [['a.peerscope', 'b.txt', '/c/B.PEERSCOPE'], { files: [resolve(CWD, 'a.peerscope'), resolve('/c/B.PEERSCOPE')] }],
    [[pathToFileURL(resolve('/c/a b.peerscope')).href], { files: [resolve('/c/a b.peerscope')] }],
    [['file://elsewhere.example/%zz.peerscope', 'https://evil.example/a.peerscope', 'a\0.peerscope'], {}],
    [
      ['1', '2', '3', '4', '5', '6'].map((n) => `/${n}.peerscope`),
      { files: ['1', '2', '3', '4'].map((n) => resolve(`/${n}.peerscope`)) },
    ],
  ])('%j', (argv, expected) => {
    expect(parseLaunch(argv, CWD)).toEqual({ ...NOTHING, ...expected })
  })

  it('behind a link is not looked at: it may have broken out of it', () => {
    for (const rest of [
      ['--data', '/evil'],
      ['--network', 'evil'],
      ['--demo'],
      ['evil.peerscope'],
      ['peerscope://join?network=b'],
    ])
      expect(parseLaunch([LINK, ...rest], CWD)).toEqual({ ...NOTHING, link: LINK })
  })
})

describe('what a second start hands over', () => {
  it.each([
    null,
    7,
    {},
    { argv: 'x', cwd: '/' },
    { argv: [7], cwd: '/' },
    { argv: [], cwd: 7 },
    { argv: ['x'.repeat(20_000)], cwd: '/' },
    { argv: Array.from({ length: 200 }, () => 'x'), cwd: '/' },
  ])('is not taken as %.60j', (handed) => expect(handOverSchema.safeParse(handed).success).toBe(false))

  it('is taken as it was typed', () => {
    expect(handOverSchema.parse({ argv: ['--demo'], cwd: '/' })).toEqual({ argv: ['--demo'], cwd: '/' })
  })
})
