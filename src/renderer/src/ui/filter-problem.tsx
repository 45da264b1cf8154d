import type { FilterError } from '../../../shared/filter.ts'

/** What is wrong with a filter, with the place marked. */
export function FilterProblem({ text, problem }: { readonly text: string; readonly problem: FilterError }) {
  const { plain, position } = problem
  return (
    <>
      <code className="ps-filter-place">
        {text.slice(0, position)}
        <mark>{text.slice(position, position + 1) || ' '}</mark>
        {text.slice(position + 1)}
      </code>{' '}
      {plain}
    </>
  )
}
