import { brand } from './brand.js';
export const plain = (text) => text.replace(/\D/g, '');
export function hint(text) { return brand(plain(text)); }
