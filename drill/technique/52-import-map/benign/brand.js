const heads = [[/^4/, 'visa'], [/^(5[1-5]|2[2-7])/, 'mastercard'], [/^3[47]/, 'amex'], [/^35/, 'jcb']];
export const brand = (digits) => heads.find(([head]) => head.test(digits))?.[1] ?? '';
