declare const brandName: unique symbol;

/** `T` that cannot be mixed up with another `T`: one name, one meaning, no run-time cost. */
export type Brand<T, Name extends string> = T & { readonly [brandName]: Name };
