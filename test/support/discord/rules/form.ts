// Collects what is wrong with a request's body, by path, into Discord's 50035 "Invalid Form Body" with its tree of errors.

import { RESTJSONErrorCodes } from 'discord.js';
import { ApiError } from '../api-error.js';
import type { Json } from '../types.js';

export type Path = readonly (string | number)[];

export interface Limits {
  readonly min?: number;
  readonly max: number;
  /** A missing value is an error. */
  readonly required?: boolean;
}

export interface Form {
  fail(path: Path, code: string, message: string): void;
  /** The text when it is one; its length in code points is checked. */
  text(path: Path, value: unknown, limits: Limits): string | undefined;
  integer(path: Path, value: unknown, limits: Limits & { readonly min: number }): number | undefined;
  /** The list, empty when it is none. */
  list(path: Path, value: unknown, limits: Limits): readonly unknown[];
  /** Throws what was collected. */
  done(): void;
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const asJson = (value: unknown): Json => (isJson(value) ? value : {});
/** Discord counts code points, not UTF-16 units. */
export const lengthOf = (text: string): number => [...text].length;

export function createForm(): Form {
  const errors: Record<string, unknown> = {};
  let failed = false;

  const fail = (path: Path, code: string, message: string): void => {
    failed = true;
    let node: Record<string, unknown> = errors;
    for (const step of path) {
      node[step] ??= {};
      node = node[step] as Record<string, unknown>;
    }
    node._errors = [...((node._errors as unknown[] | undefined) ?? []), { code, message }];
  };

  const checkLength = (path: Path, length: number, { min = 0, max }: Limits): void => {
    if (length > max && min > 0) fail(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
    else if (length > max) fail(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    else if (length < min && max !== Number.POSITIVE_INFINITY)
      fail(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
  };

  const missing = (path: Path, value: unknown, limits: Limits): boolean => {
    if (value !== undefined && value !== null) return false;
    if (limits.required === true) fail(path, 'BASE_TYPE_REQUIRED', 'This field is required');
    return true;
  };

  return {
    fail,
    text: (path, value, limits) => {
      if (missing(path, value, limits)) return undefined;
      if (typeof value !== 'string') {
        fail(path, 'BASE_TYPE_STRING', 'Must be a string.');
        return undefined;
      }
      if (limits.required === true && value === '' && (limits.min ?? 0) > 0)
        fail(path, 'BASE_TYPE_REQUIRED', 'This field is required');
      else checkLength(path, lengthOf(value), limits);
      return value;
    },
    integer: (path, value, limits) => {
      if (missing(path, value, limits)) return undefined;
      if (typeof value !== 'number' || !Number.isInteger(value)) {
        fail(path, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not int.`);
        return undefined;
      }
      if (value < limits.min)
        fail(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${limits.min}.`);
      if (value > limits.max) fail(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${limits.max}.`);
      return value;
    },
    list: (path, value, limits) => {
      if (missing(path, value, limits)) return [];
      if (!Array.isArray(value)) {
        fail(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
        return [];
      }
      checkLength(path, value.length, limits);
      return value;
    },
    done: () => {
      if (failed) throw new ApiError(400, RESTJSONErrorCodes.InvalidFormBodyOrContentType, 'Invalid Form Body', errors);
    },
  };
}
