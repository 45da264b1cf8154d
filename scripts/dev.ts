/** `npm run dev`: the app in Electron with reloading; without Electron's binary the browser host, built anew on each change. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')

if (existsSync(join(root, 'node_modules', 'electron', 'path.txt'))) {
  run([tool, 'dev'])
} else {
  run([tool, 'build', '--watch'])
  run([
    '--watch-path',
    join(root, 'src', 'main'),
    join(root, 'scripts', 'start.ts'),
    '--browser',
    ...process.argv.slice(2),
  ])
}

function run(args: readonly string[]): void {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('close', (code) => process.exit(code ?? 1))
}
