package baseline

import (
	"bytes"
	"reflect"
	"testing"
)

func sum(c byte) Digest { return Digest(bytes.Repeat([]byte{c}, 32)) }

// sample is a book with a file of every sort.
func sample() *Book {
	b := New()
	b.Made, b.Read, b.Edition = 5, 7, "one"
	for path, names := range map[string][]string{".": {"index.php", "x\xff"}, "a/b": {"a", "b", "c"}, "a/bc": {"d"}} {
		for i, name := range names {
			f, _ := b.Folder(path).Put(name)
			f.Digest = sum(byte(i))
			f.Meta = Meta{Size: int64(i) << 40, Modified: -3, Changed: 1 << 60, Inode: 1 << 63}
		}
	}
	b.Folder(".").Find("index.php").Blob = bytes.Repeat([]byte{1}, 20)
	b.Folder("a/b").Find("a").MD5 = bytes.Repeat([]byte{2}, 16)
	b.Folder("a/b").Find("b").Changed(sum(99))
	b.Folder("a/b").Find("c").Vanish(9)
	return b
}

func TestABookIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	b := sample()
	got, err := Decode(b.Encode())
	if err != nil || !reflect.DeepEqual(got, b) {
		t.Errorf("%v: got %+v, want %+v", err, got, b)
	}
	text := b.Encode()
	if !bytes.Equal(text, got.Encode()) {
		t.Error("the same book gives other bytes")
	}
	for i := range text {
		broken := bytes.Clone(text)
		broken[i] ^= 4
		if _, err := Decode(broken); err == nil {
			t.Fatalf("byte %d damaged, and nobody noticed", i)
		}
		if _, err := Decode(text[:i]); err == nil {
			t.Fatalf("cut after %d bytes, and nobody noticed", i)
		}
	}
}

func TestAFileIsAsApprovedAgainWhenItsContentIs(t *testing.T) {
	t.Parallel()
	f := File{Name: "a", Digest: sum(1)}
	f.Changed(sum(2))
	if !f.Has(Differs) || f.Approved != sum(1) {
		t.Fatalf("changed: %+v", f)
	}
	f.Changed(sum(3))
	if f.Approved != sum(1) || f.Digest != sum(3) {
		t.Errorf("changed twice: %+v", f)
	}
	f.Vanish(9)
	if !f.Has(Gone) || f.Digest != sum(1) {
		t.Errorf("gone: %+v", f)
	}
	f.Changed(sum(1))
	if f.Any(Off) {
		t.Errorf("back as it was: %+v", f)
	}
	f.Vanish(9)
	f.Changed(sum(4))
	if !f.Has(Differs) || f.Approved != sum(1) {
		t.Errorf("back with another content: %+v", f)
	}
	added := File{Name: "b", Digest: sum(1), Flags: Added}
	if added.Changed(sum(2)); !added.Has(Added) || added.Has(Differs) || added.Vanish(9) {
		t.Errorf("added: %+v", added)
	}
}

func TestTheRootIsOfWhatIsApproved(t *testing.T) {
	t.Parallel()
	b := New()
	f, fresh := b.Folder(".").Put("a")
	f.Digest = sum(1)
	root := b.Root()
	f.Changed(sum(2))
	added, _ := b.Folder("b").Put("c")
	added.Flags = Added
	if !fresh || b.Root() != root {
		t.Error("what nobody approved is in the root")
	}
	f.Approve()
	if b.Root() == root {
		t.Error("what was approved is not")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(string(sample().Encode()[len(mark)+32:]))
	f.Add(string(New().Encode()[len(mark)+32:]))
	f.Fuzz(func(t *testing.T, text string) {
		b, err := decode(text)
		if err != nil {
			return
		}
		if again, err := Decode(b.Encode()); err != nil || !reflect.DeepEqual(again, b) {
			t.Errorf("%v: read again it is another", err)
		}
	})
}
