import type { TraceProblem } from './problems';

const maxRows = 100;

/** Collects problems by code: all are counted, the first 100 rows of each are kept. */
export class ProblemList {
  private readonly byCode = new Map<TraceProblem['code'], { count: number; rows: number[] }>();

  add(code: TraceProblem['code'], row: number): void {
    let problem = this.byCode.get(code);
    if (!problem) {
      problem = { count: 0, rows: [] };
      this.byCode.set(code, problem);
    }
    problem.count++;
    if (problem.rows.length < maxRows) {
      problem.rows.push(row);
    }
  }

  list(): TraceProblem[] {
    return [...this.byCode].map(([code, { count, rows }]) => ({ code, count, rows }));
  }
}
