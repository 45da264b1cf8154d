/** Stands where Electron's binary would: does what STAND_IN says, with the app's own ends of the launcher channel. */
import { spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { connectLauncher } from '../../../src/main/desktop/launcher.ts'
import { endOnSignals } from '../../../src/main/desktop/signals.ts'

const note = (line: string): void => appendFileSync(process.env['STAND_IN_LOG'] ?? '', `${line}\n`)
const log = (): string => readFileSync(process.env['STAND_IN_LOG'] ?? '', 'utf8')
const dies = (line: string, code: number): void => {
  process.stderr.write(`${line}\n`)
  process.exitCode = code
}

note(`electron ${process.argv.slice(3).join(' ')}`.trim())
const mode = process.env['STAND_IN'] ?? ''
if (mode === 'library')
  dies('electron: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file', 127)
else if (mode === 'root')
  dies('[7:1128/1.2:FATAL:electron_main_delegate.cc(252)] Running as root without --no-sandbox is not supported.', 1)
else if (mode === 'sandbox') dies('[7:1128/1.2:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox!', 1)
else if (mode === 'early') dies('{"level":60,"err":{"message":"disk on fire"},"msg":"cannot open the window"}', 1)
else if (mode === 'nothing') process.exitCode = 0
else if (mode === 'hangs') {
  process.on('SIGTERM', () => undefined)
  setInterval(() => undefined, 1000)
} else run()

/** The app as its launcher sees it. */
function run(): void {
  const alive = setInterval(() => undefined, 1000)
  const app = Object.assign(new EventEmitter(), {
    quit: () => {
      note('quit')
      // A goodbye takes its time: a second request must not cut it, nor begin another.
      setTimeout(() => {
        clearInterval(alive)
        process.exit(0)
      }, 100)
    },
    exit: (code: number) => process.exit(code),
  })
  const requestEnd = endOnSignals(app as never, process, () => performance.now())
  const launcher = connectLauncher(app as never, process, () => requestEnd('launcher'))
  if (mode === 'handed over') {
    launcher.handedOver()
    app.quit()
    return
  }
  if (mode === 'quits') return app.quit()
  app.emit('ready')
  const window = new EventEmitter()
  app.emit('browser-window-created', {}, window)
  if (mode === 'hidden') return
  window.emit('show')
  process.stdout.write('the window shows\n')
  if (mode === 'leaves') return leave()
  if (mode === 'crash') process.kill(process.pid, 'SIGSEGV')
  if (mode === 'again' && !log().includes('quit')) {
    launcher.again([])
    app.quit()
  } else if (mode === 'ends' || mode === 'again') process.exit(0)
}

/** Ends, and leaves a process of its own behind that holds a connection to STAND_IN_PORT. */
function leave(): void {
  const program = `require('node:net').connect(${process.env['STAND_IN_PORT']}, '127.0.0.1', () => console.log('there'))`
  const left = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  left.stdout.once('data', () => process.exit(0))
}
