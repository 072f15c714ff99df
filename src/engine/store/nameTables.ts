import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Names remembered at most; beyond that the store is asked again. */
const rememberedNames = 20_000;

/** Row numbers of names and operations, made when first met. */
export class NameTables {
  private readonly operations = new Map<string, Map<string, number>>();
  private readonly nameRow: StatementSync;
  private readonly operationRow: StatementSync;
  private remembered = 0;

  constructor(database: DatabaseSync) {
    // The update changes nothing: it makes RETURNING answer for a row that is there.
    this.nameRow = database.prepare(
      'INSERT INTO names (text) VALUES (?) ON CONFLICT DO UPDATE SET text = text RETURNING id',
    );
    this.operationRow = database.prepare(
      'INSERT INTO operations (service, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = name RETURNING id',
    );
  }

  /** Row of `operations` for a service and a span name. */
  operation(service: string, name: string): number {
    let ofService = this.operations.get(service);
    const known = ofService?.get(name);
    if (known !== undefined) {
      return known;
    }
    const id = idOf(this.operationRow.get(idOf(this.nameRow.get(service)), idOf(this.nameRow.get(name))));
    if (++this.remembered > rememberedNames) {
      this.forget();
      ofService = undefined;
    }
    if (!ofService) {
      ofService = new Map();
      this.operations.set(service, ofService);
    }
    ofService.set(name, id);
    return id;
  }

  /** Forgets what rows there are: some were deleted, or a transaction was rolled back. */
  forget(): void {
    this.operations.clear();
    this.remembered = 0;
  }
}

function idOf(row: Readonly<Record<string, unknown>> | undefined): number {
  return Number(row?.['id']);
}
