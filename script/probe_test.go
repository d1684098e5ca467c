package script
import ("testing";"os")
func BenchmarkProbe(b *testing.B){
 src,_:=os.ReadFile(os.Getenv("PROBE"))
 b.SetBytes(int64(len(src)))
 for b.Loop(){ Analyse(src,Options{}) }
}
