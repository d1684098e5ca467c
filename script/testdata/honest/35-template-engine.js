// Compiles templates of the page, as underscore does.
function template(text) {
  var source = "var __p='';__p+='" + text.replace(/'/g, "\\'").replace(/\n/g, '\\n').replace(/<%=([\s\S]+?)%>/g, "'+(($1)==null?'':$1)+'") + "';return __p;";
  return new Function('obj', 'with(obj){' + source + '}');
}
var row = template(document.querySelector('#row-template').innerHTML);
document.querySelector('#rows').innerHTML = row({ name: 'x' });
