/** Reads a Dockerfile and a .dockerignore as far as ours use them; what it does not know is an error. */
import { readFileSync } from 'node:fs'

/** One instruction. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

/** One stage, from its FROM on. */
export interface Stage {
  readonly image: string
  readonly name: string | null
  readonly instructions: readonly Instruction[]
}

const KNOWN = new Set(
  'ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
)

/** The stages of a Dockerfile. */
export function stagesOf(text: string): readonly Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
  const stages: { image: string; name: string | null; instructions: Instruction[] }[] = []
  for (const line of lines.split('\n').filter((line) => line.trim() !== '')) {
    const [, name = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    if (name === 'FROM') {
      const [, image = '', as] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? []
      stages.push({ image, name: as ?? null, instructions: [] })
    } else if (KNOWN.has(name)) stages.at(-1)?.instructions.push({ name, rest })
    else throw new Error(`not an instruction: ${line}`)
  }
  return stages
}

/** The instructions with this name, without it. */
export function all(stage: Stage, name: string): readonly string[] {
  return stage.instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest)
}

/** A COPY: from the folder that is built, or from another stage. */
export interface Copy {
  readonly from: string | null
  readonly sources: readonly string[]
  readonly to: string
}

/** The COPYs of a stage. */
export function copiesOf(stage: Stage): readonly Copy[] {
  return all(stage, 'COPY').map((rest) => {
    const words = rest.split(' ')
    const flag = rest.startsWith('--') ? words.shift() : undefined
    if (flag !== undefined && !flag.startsWith('--from=')) throw new Error(`unknown flag: ${flag}`)
    return { from: flag?.slice('--from='.length) ?? null, sources: words.slice(0, -1), to: words.at(-1) ?? '' }
  })
}

/** What a .dockerignore that ignores all but some lets through. */
export function letThrough(text: string): readonly string[] {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (first !== '*' || rest.some((line) => !line.startsWith('!'))) throw new Error('not of the form: all but some')
  return rest.map((line) => line.slice(1))
}

/** The stages of the project's own Dockerfile. */
export function ourStages(): readonly Stage[] {
  return stagesOf(readFileSync('Dockerfile', 'utf8'))
}
