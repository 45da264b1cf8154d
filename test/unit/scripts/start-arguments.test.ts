import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { helpOf, parseArguments, SWITCHES, VALUED } from '../../../scripts/start/arguments.ts'
import { addServeCommand } from '../../../src/main/cli/serve.ts'

describe('the arguments of npm start', () => {
  it('are its own flags, and those that it passes on', () => {
    expect(
      parseArguments(['--demo', '--browser', '--data', 'd', '--fetch-electron', '--disable-gpu', 'a.peerscope']),
    ).toEqual({
      kind: 'run',
      browser: true,
      fetchAgain: true,
      passed: ['--demo', '--data', 'd', '--disable-gpu', 'a.peerscope'],
    })
    expect(parseArguments(['--network', '-h', '--listen=/ip4/127.0.0.1/tcp/0'])).toMatchObject({
      kind: 'run',
      passed: ['--network', '-h', '--listen=/ip4/127.0.0.1/tcp/0'],
    })
  })

  it.each([
    [['--browser', '--network']],
    [['--network', '--browser']],
    [['--network=', '--demo']],
    [['--demo', '--network', '']],
  ])('are refused where a value is missing: %j', (argv) => {
    expect(parseArguments(argv)).toEqual({ kind: 'wrong', why: '--network needs a value.' })
  })

  it.each(['--help', '-h'])('%s asks for help', (flag) => {
    expect(parseArguments(['--demo', flag])).toEqual({ kind: 'help' })
    expect(helpOf('npm run dev')).toMatch(/^npm run dev \[-- OPTIONS\]\n/)
  })

  it.each([
    [['--bogus'], false, '--bogus'],
    [['--demo', '--browser', '--bogus'], true, '--bogus'],
    [['--browser', 'bogus'], true, 'bogus'],
  ])('are refused where nothing could take them: %j', (argv, canOpenApp, unknown) => {
    const why = `there is no option ${unknown}. --help lists them.`
    expect(parseArguments(argv, canOpenApp)).toEqual({ kind: 'wrong', why })
  })

  it.each([
    [['--bogus'], true],
    [['--browser', '--hidden', '--disable-gpu', '--password-store=basic', '--tag', 'bogus', 'a.peerscope'], true],
    [['--no-sandbox', '--no-dht', 'peerscope://join?network=x'], false],
  ])('are left to the app that might take them, or that they are known to be for: %j', (argv, canOpenApp) => {
    expect(parseArguments(argv, canOpenApp)).toMatchObject({ kind: 'run' })
  })

  it('know every flag of peerscope serve', () => {
    const program = new Command()
    addServeCommand(program, {} as never)
    const serve = program.commands.find((command) => command.name() === 'serve')
    const valued = serve?.options.filter((option) => option.required).map((option) => option.long?.slice(2))
    expect(valued?.toSorted()).toEqual([...VALUED].toSorted())
    const switches = serve?.options.filter((option) => !option.required).map((option) => option.long?.slice(2))
    expect(switches?.toSorted()).toEqual([...SWITCHES].toSorted())
  })
})
