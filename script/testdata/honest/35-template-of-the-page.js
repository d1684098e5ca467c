function template(id, data) {
  var source = document.getElementById(id).innerHTML;
  return new Function('data', "var out = [];with (data) { out.push('" + source.replace(/[\r\n\t]/g, ' ').split('{{').join("',").split('}}').join(",'") + "'); } return out.join('');")(data);
}
document.getElementById('list').innerHTML = template('row', { name: 'x' });
