import { AttributeBuilder, KeyRole, type AttributeInput, type KeyRoles } from './attributeBuilder';
import { NumberColumn } from './growingColumns';
import { ValueType, type ResourceColumns, type ScopeColumns } from './spanTable';
import type { StringInterner } from './stringInterner';

/** Resources in the making: push attributes of one, then close it. */
export class ResourceBuilder {
  readonly attributes = new AttributeBuilder();
  private readonly services = new NumberColumn();
  private readonly strings: StringInterner;
  private readonly roles: KeyRoles;
  private opened = 0;

  constructor(strings: StringInterner, roles: KeyRoles) {
    this.strings = strings;
    this.roles = roles;
  }

  /** Number of the resource that {@link close} will give; spans may name it before. */
  get next(): number {
    return this.services.length;
  }

  /** Ends the open resource; its number is what {@link next} was. */
  close(): number {
    const { keys, types, values } = this.attributes;
    let service = 0;
    for (let i = this.opened; i < keys.length; i++) {
      if (types.data[i] === ValueType.string && this.roles.of(keys.data[i]!) === KeyRole.serviceName) {
        service = values.data[i]!;
      }
    }
    this.opened = keys.length;
    this.attributes.closeRow();
    this.services.push(service === 0 ? this.strings.internText('unknown_service') : service);
    return this.services.length - 1;
  }

  add(attributes: readonly AttributeInput[]): number {
    for (const attribute of attributes) {
      this.attributes.pushInput(this.strings, attribute);
    }
    return this.close();
  }

  reset(): void {
    this.opened = 0;
    this.services.truncate(0);
    this.attributes.truncate(0, 0);
  }

  build(): ResourceColumns {
    return { services: this.services.build(), attributes: this.attributes.build() };
  }
}

/** Scopes in the making: push attributes of one, then close it with its name and version. */
export class ScopeBuilder {
  readonly attributes = new AttributeBuilder();
  private readonly names = new NumberColumn();
  private readonly versions = new NumberColumn();
  private readonly strings: StringInterner;

  constructor(strings: StringInterner) {
    this.strings = strings;
  }

  /** Number of the scope that {@link close} will give; spans may name it before. */
  get next(): number {
    return this.names.length;
  }

  /** Ends the open scope; name and version are string numbers. */
  close(name: number, version: number): number {
    this.names.push(name);
    this.versions.push(version);
    this.attributes.closeRow();
    return this.names.length - 1;
  }

  add(name: string, version: string, attributes: readonly AttributeInput[] = []): number {
    for (const attribute of attributes) {
      this.attributes.pushInput(this.strings, attribute);
    }
    return this.close(this.strings.internText(name), this.strings.internText(version));
  }

  reset(): void {
    this.names.truncate(0);
    this.versions.truncate(0);
    this.attributes.truncate(0, 0);
  }

  build(): ScopeColumns {
    return {
      names: this.names.build(),
      versions: this.versions.build(),
      attributes: this.attributes.build(),
    };
  }
}
