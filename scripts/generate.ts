/**
 * Makes src/main/discovery/dialects/peerscope/wire/generated/ from the .proto files beside it: `npm run generate`.
 *
 * protons writes TypeScript with namespaces, which Node cannot strip and our compiler options refuse. So what is kept is
 * its output compiled: JavaScript and declarations.
 */
import { execFileSync } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const wire = join(root, 'src/main/discovery/dialects/peerscope/wire')
const out = join(wire, 'generated')
const COMPILER_OPTIONS = (
  '--target ES2022 --module ESNext --moduleResolution Bundler --lib ES2024 ' +
  '--strict --noImplicitOverride --skipLibCheck --declaration'
).split(' ')

function run(tool: string, args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit' })
}

const sources = globSync('*.proto', { cwd: wire }).sort()
run('protons/dist/bin/protons.js', ['--output', out, ...sources.map((name) => join(wire, name))])
const typescript = sources.map((name) => join(out, name.replace(/\.proto$/, '.ts')))
try {
  run('typescript/bin/tsc', ['--ignoreConfig', ...COMPILER_OPTIONS, '--outDir', out, ...typescript])
} finally {
  for (const file of typescript) rmSync(file, { force: true })
}
console.log(`${sources.join(', ')} → ${out}`)
