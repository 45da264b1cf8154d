import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { helpOf, parseArguments, VALUED } from '../../../scripts/start/arguments.ts'
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

  it('know every flag of peerscope serve that takes a value', () => {
    const program = new Command()
    addServeCommand(program, {} as never)
    const serve = program.commands.find((command) => command.name() === 'serve')
    const valued = serve?.options.filter((option) => option.required).map((option) => option.long?.slice(2))
    expect(valued?.toSorted()).toEqual([...VALUED].toSorted())
  })
})
